/** Parts that most pages share: loaded with the first file, not each in one of its own. */
import "$lib/ui/Badge.svelte";
import "$lib/ui/Button.svelte";
import "$lib/ui/Dialog.svelte";
import "$lib/ui/Lazy.svelte";
import "$lib/ui/Loaded.svelte";
import "$lib/ui/Menu.svelte";
import "$lib/ui/Skeleton.svelte";
import "$lib/ui/Tabs.svelte";
import "$lib/decimal";
import "$lib/format";
import "$lib/resource.svelte";
import "$lib/stored.svelte";
import "$lib/table";
import "./routes/trade/last_symbol";
