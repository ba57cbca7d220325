import { type AddCommand, examples } from '../command-line.ts'
import { examine } from '../health-checks.ts'

/** `sillage doctor`: is everything there, and whole? */
export const addDoctor: AddCommand = (program, act) => {
  const command = program
    .command('doctor')
    .description('check Node, Python, disk, secret, publication and the files of every published table')
    .action(
      act(async ({ configuration }) => {
        const findings = await examine(configuration)
        const broken = findings.filter((finding) => finding.state === 'broken')
        return {
          text: findings
            .map(
              ({ state, subject, detail }) =>
                `${{ fine: '✓', open: '–', broken: '✗' }[state]} ${subject.padEnd(12)} ${detail}`,
            )
            .join('\n'),
          json: findings,
          exitCode: broken.length > 0 ? 3 : 0,
        }
      }),
    )
  examples(command, [['of my shop', 'sillage doctor --data my-shop']])
}
