import{o as r}from"./chunk-XZP5RPNH.js";export{r as vitrine};
