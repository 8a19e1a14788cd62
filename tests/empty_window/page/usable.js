document.querySelector("textarea").focus();
performance.mark("usable");
