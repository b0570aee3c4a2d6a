function n(t){let o=new AbortController;return window.setTimeout(()=>o.abort(),t),o.signal}export{n as a};
