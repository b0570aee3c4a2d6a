import{l as r}from"./chunk-55INUOTW.js";export{r as vitrine};
