import{f as r}from"./chunk-DATPSGYE.js";import"./chunk-PGSZU2GG.js";import"./chunk-O2XFH626.js";export{r as vitrine};
