import{o as r}from"./chunk-TN2NK6FA.js";export{r as vitrine};
