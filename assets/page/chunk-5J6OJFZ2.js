function r(t){let o=new AbortController;return window.setTimeout(()=>o.abort(),t),o.signal}export{r as a};
