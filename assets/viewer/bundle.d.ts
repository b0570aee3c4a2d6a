/** JSON: names of the stylesheets that packaging/bundle.py has made, by their path below assets/viewer. */
declare const VITRINE_STYLES: string;
/** JSON: the scripts that each element's script needs, itself first. */
declare const VITRINE_FILES: string;
