/**
 * Where MQTT comes in: in the clear for this machine, over TLS for the others when there is a certificate (B10).
 * @module
 */
import { type StreamHandler, TcpListener, TlsListener } from '../broker/listeners.js'
import type { Certificate } from './certificate.js'
import type { Config } from './config.js'
import type { CertificateAuthorities } from './crypto/certificate-authorities.js'
import { portError } from './port-error.js'

export interface MqttPorts {
  readonly mqtt: number
  readonly mqtts: number | null
}

const PLAIN_HOST = '127.0.0.1'

export class MqttListeners {
  readonly #plain: TcpListener
  readonly #secure: TlsListener | null
  #off: () => void = () => {}

  /** @throws TalosError `config_invalid` when certificate and key do not fit together */
  constructor(
    broker: StreamHandler,
    private readonly config: Config,
    certificate: Certificate | null,
    private readonly authorities: Pick<CertificateAuthorities, 'trusted' | 'onChange'>,
  ) {
    const { httpHost, mqttPort, mqttsPort, brokerLimits: limits, mqttBalancers: balancers } = config
    this.#plain = new TcpListener(broker, { host: PLAIN_HOST, port: mqttPort, limits, balancers })
    this.#secure =
      certificate === null
        ? null
        : new TlsListener(broker, {
            ...certificate.pair,
            ...{ host: httpHost, port: mqttsPort, limits, balancers },
            clientAuthorities: authorities.trusted(),
          })
    if (this.#secure !== null) certificate?.renews(this.#secure)
  }

  /** Opens the ports. @throws TalosError `config_invalid` that names the setting of a port that cannot be opened */
  async start(): Promise<MqttPorts> {
    const { httpHost, mqttPort, mqttsPort } = this.config
    await this.#plain.start().catch((error: unknown) => {
      throw portError('TALOS_MQTT_PORT', PLAIN_HOST, mqttPort, error)
    })
    await this.#secure?.start().catch((error: unknown) => {
      throw portError('TALOS_MQTTS_PORT', httpHost, mqttsPort, error)
    })
    this.#off = this.authorities.onChange((trusted) => this.#secure?.trust(trusted))
    return { mqtt: this.#plain.address().port, mqtts: this.#secure?.address().port ?? null }
  }

  async stop(): Promise<void> {
    this.#off()
    await this.#plain.stop()
    await this.#secure?.stop()
  }
}
