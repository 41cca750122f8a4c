import { render } from "preact";
render(<p>wangge</p>, document.getElementById("app")!);
