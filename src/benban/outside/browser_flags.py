"""How Chromium is started: nothing of its own accord, everything through the proxy."""

# Chromium takes only the last --disable-features, so Playwright's own list stands here again.
# Source: playwright 1.65, server/chromium/chromiumSwitches; the last three lines are ours.
_DISABLED_FEATURES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
    # One recorder must see every frame: the profile holds nothing that one site could steal from
    # another, and the process sandbox stays.
    "IsolateOrigins,site-per-process,IsolateSandboxedIframes",
    "Prerender2,SpeculationRulesPrefetchFuture,NoStatePrefetch,DnsPrefetch",
    "Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater",
)
# The popup blocker is part of what a reader's browser does.
LEFT_OUT = ("--disable-popup-blocking",)
# No prediction of any kind: what speculation rules of a page name would be fetched ahead past every
# gate that the protocol offers (seen with Chromium 150: no flag stops it, this preference does).
PREFERENCES = b'{"net":{"network_prediction_options":2}}'
VIEWPORT_PX = (1280, 1024)


def browser_flags(proxy_port: int) -> list[str]:
    """Return the flags beside Playwright's own for a browser behind the proxy at *proxy_port*."""
    return [
        f"--proxy-server=http://127.0.0.1:{proxy_port}",
        # Chromium goes past a proxy for loopback unless told otherwise.
        "--proxy-bypass-list=<-loopback>",
        "--disable-quic",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-features=" + ",".join(_DISABLED_FEATURES),
        "--disable-site-isolation-trials",
        "--dns-prefetch-disable",
        # Their requests pass no gate of the tab (HARM 1).
        "--disable-shared-workers",
        "--no-pings",
        "--disable-domain-reliability",
        "--disable-client-side-phishing-detection",
        "--disable-notifications",
        "--deny-permission-prompts",
        "--disable-logging",
    ]
