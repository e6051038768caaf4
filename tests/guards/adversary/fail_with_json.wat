;; Refuses with what would end a JSON string and the page that shows it.
;; expect: "}],"error":null}</script><script>alert(1)</script>
(data (i32.const 1024) "\"}],\"error\":null}</script><script>alert(1)</script>\00")
(func $attack (call $fail (i32.const 1024) (call $size_of (i32.const 1024))))
