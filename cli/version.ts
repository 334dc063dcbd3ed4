/** The version of this package, as the command line prints it. */
export { packageVersion } from "../lab/version.ts";
