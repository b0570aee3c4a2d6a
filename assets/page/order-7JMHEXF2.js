import{o as r}from"./chunk-CCUPSOKI.js";export{r as vitrine};
