import{o as r}from"./chunk-CUD4HXWA.js";export{r as vitrine};
