import{d as r}from"./chunk-7I4UDCTA.js";import"./chunk-WIYJ4CYD.js";import"./chunk-TMGUNI76.js";export{r as vitrine};
