import{f as r}from"./chunk-L42HXLKO.js";import"./chunk-BETFRPBN.js";import"./chunk-RZ6SHPL5.js";export{r as vitrine};
