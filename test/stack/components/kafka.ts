import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../free-port.ts'
import { type Component, requireProgram, stackCache, startServer } from '../component.ts'

/** A broker of one node, in KRaft mode. */
export interface KafkaBroker extends Component {
  /** `host:port`. */
  readonly brokers: string
  /** The same over TLS, for those who sign in (SASL PLAIN). */
  readonly secured: {
    readonly brokers: string
    /** PEM of the certificate to trust. */
    readonly ca: string
    readonly username: string
    readonly password: string
  }
  /** `kill -9`; everything it has written stays. */
  kill(): Promise<void>
  /** Starts it again on its old port and data, after `stop` or `kill`. */
  restart(): Promise<void>
}

const version = '4.4.0'
const pom = join(import.meta.dirname, 'kafka.pom.xml')
const logging = join(import.meta.dirname, 'kafka.log4j2.yaml')

export async function startKafka({ folder }: { readonly folder: string }): Promise<KafkaBroker> {
  requireProgram('java', ['-version'], 'openjdk-17-jre-headless')
  const jars = fetchJars()
  mkdirSync(folder, { recursive: true })
  const [port, securedPort, controllerPort] = [await freePort(), await freePort(), await freePort()]
  const settings = join(folder, 'server.properties')
  writeFileSync(settings, properties(folder, port, securedPort, controllerPort))
  const ca = makeCertificate(folder)
  format(jars, settings, folder)
  const start = () =>
    startServer({
      command: 'java',
      args: [...javaArgs(jars), 'kafka.Kafka', settings],
      port,
      logFile: join(folder, 'broker.log'),
    })
  let server: Awaited<ReturnType<typeof start>> | undefined = await start()
  const end = async (how: 'stop' | 'kill') => {
    const ending = server
    server = undefined
    await ending?.[how]()
  }
  const brokers = `127.0.0.1:${port}`
  return {
    name: 'kafka',
    addresses: { brokers },
    brokers,
    secured: { brokers: `localhost:${securedPort}`, ca, username, password },
    stop: () => end('stop'),
    kill: () => end('kill'),
    async restart() {
      await end('stop')
      server = await start()
    },
  }
}

function fetchJars(): string {
  const folder = join(stackCache, `kafka-${version}`)
  if (existsSync(folder)) return folder
  requireProgram('mvn', ['-version'], 'maven')
  const draft = `${folder}.${process.pid}`
  const { status, stdout } = spawnSync(
    'mvn',
    [
      '-B',
      '-q',
      '-f',
      pom,
      'dependency:copy-dependencies',
      `-Dkafka.version=${version}`,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${draft}`,
    ],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`stack: Maven could not fetch Kafka ${version}:\n${stdout}`)
  try {
    renameSync(draft, folder)
  } catch (error) {
    // Another run was faster.
    if (!existsSync(folder)) throw error
    rmSync(draft, { recursive: true })
  }
  return folder
}

const javaArgs = (jars: string) => [
  '-Xms256m',
  '-Xmx512m',
  // What compiles and collects least: a test's broker is started more often than it is busy.
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  `-Dlog4j2.configurationFile=${logging}`,
  '-cp',
  join(jars, '*'),
]

function format(jars: string, settings: string, folder: string): void {
  if (existsSync(join(folder, 'data', 'meta.properties'))) return
  const { status, stdout, stderr } = spawnSync(
    'java',
    [...javaArgs(jars), 'kafka.tools.StorageTool', 'format', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', settings],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`stack: Kafka could not format ${folder}:\n${stdout}${stderr}`)
}

const username = 'shop'
const password = 'password-of-the-test'
const keyStorePassword = 'store-of-the-test'

/** A certificate for localhost that signs itself; returns it as PEM. */
function makeCertificate(folder: string): string {
  const store = ['-keystore', join(folder, 'broker.p12'), '-storepass', keyStorePassword, '-alias', 'broker']
  const keytool = (args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('keytool', [...args, ...store], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`stack: keytool failed: ${stdout}${stderr}`)
    return stdout
  }
  if (!existsSync(join(folder, 'broker.p12'))) {
    keytool([
      '-genkeypair',
      ...['-keyalg', 'EC', '-storetype', 'PKCS12', '-validity', '30'],
      ...['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1'],
    ])
  }
  return keytool(['-exportcert', '-rfc'])
}

const properties = (
  folder: string,
  port: number,
  securedPort: number,
  controllerPort: number,
) => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},SASL_SSL://127.0.0.1:${securedPort},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},SASL_SSL://localhost:${securedPort}
ssl.keystore.type=PKCS12
ssl.keystore.location=${join(folder, 'broker.p12')}
ssl.keystore.password=${keyStorePassword}
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
log.dirs=${join(folder, 'data')}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# A killed broker may register again only when its last life has timed out.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=400
`
