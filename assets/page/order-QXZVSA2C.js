import{k as r}from"./chunk-N2IQXUUM.js";import"./chunk-Y2ULFTWA.js";export{r as vitrine};
