/**
 * The texts of the screen, in the language that is shown. Another language is another file of the shape `Texts`, chosen
 * here.
 * @module
 */
import { en, type Texts } from './en.js'

export const texts: Texts = en
