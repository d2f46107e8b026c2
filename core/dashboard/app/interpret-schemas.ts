/**
 * A43: schemas are interpreted; compiled ones would need `unsafe-eval`. Must be the first import of the program: zod
 * looks for its compiler when the first schema is made.
 * @module
 */
import { z } from 'zod'

z.config({ jitless: true })
