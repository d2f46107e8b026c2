/** Places for the antennas of the demo: rounded coordinates of cities, degrees and metres. */
import type { Site } from '../../shared/messages.js'

export interface Place {
  readonly name: string
  readonly site: Site
}

const at = (name: string, lat: number, lon: number, altM: number): Place => ({
  name,
  site: { lat, lon, altM },
})

export const CITIES: readonly Place[] = [
  at('Delft', 52.0, 4.4, 0),
  at('Nairobi', -1.3, 36.8, 1700),
  at('Hobart', -42.9, 147.3, 50),
  at('Reykjavik', 64.1, -21.9, 40),
  at('Lisbon', 38.7, -9.1, 100),
  at('Athens', 38.0, 23.7, 150),
  at('Dakar', 14.7, -17.5, 20),
  at('Cape Town', -33.9, 18.4, 50),
  at('Cairo', 30.0, 31.2, 20),
  at('Tashkent', 41.3, 69.3, 450),
  at('Mumbai', 19.1, 72.9, 10),
  at('Bangkok', 13.8, 100.5, 5),
  at('Perth', -31.9, 115.9, 20),
  at('Tokyo', 35.7, 139.7, 40),
  at('Ulaanbaatar', 47.9, 106.9, 1350),
  at('Auckland', -36.8, 174.8, 20),
  at('Honolulu', 21.3, -157.8, 10),
  at('Anchorage', 61.2, -149.9, 30),
  at('Denver', 39.7, -105.0, 1600),
  at('Mexico City', 19.4, -99.1, 2240),
  at('Boston', 42.4, -71.1, 10),
  at('Bogota', 4.7, -74.1, 2550),
  at('Lima', -12.0, -77.0, 150),
  at('Santiago', -33.4, -70.7, 550),
  at('Buenos Aires', -34.6, -58.4, 25),
  at('Recife', -8.1, -34.9, 10),
  at('Nuuk', 64.2, -51.7, 10),
  at('Longyearbyen', 78.2, 15.6, 10),
  at('Novosibirsk', 55.0, 82.9, 150),
  at('Papeete', -17.5, -149.6, 10),
]

/** Three of them, far apart, for the training constellation. */
export const TRAINING_PLACES: readonly Place[] = CITIES.slice(0, 3)
