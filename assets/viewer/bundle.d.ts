/** Names of the stylesheets that packaging/bundle.py has made, by their path below assets/viewer. */
declare const VITRINE_STYLES: Record<string, string>;
