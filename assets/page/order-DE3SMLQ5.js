import{o as r}from"./chunk-CFDZILGI.js";export{r as vitrine};
