import { expect, it } from 'vitest'
import { requireProgram } from './component.ts'

it('fails with the command that installs what is missing', () => {
  expect(() => requireProgram('sillage-has-no-such-program', ['--version'], 'some-package')).toThrow(
    'stack: sillage-has-no-such-program is missing; install it with: sudo apt-get install -y --no-install-recommends some-package',
  )
})
