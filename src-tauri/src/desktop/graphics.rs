//! Who draws the page.
//!
//! WebKitGTK paints a page in layers and lets OpenGL put them together. Where there is no graphics processor (in a virtual machine, over a
//! remote desktop) OpenGL is emulated: every layer lies in memory twice, and each frame costs the processor more than painting the page
//! anew would. There the page is painted without layers. Some drivers leave a window empty; then a person turns layers off themselves: in
//! the settings, or in the environment where the settings cannot be seen.

use tauri::WebviewWindow;

use crate::dto::Graphics;

/// Whether there is a choice: other systems' webviews decide for themselves.
pub const CAN_CHOOSE: bool = cfg!(target_os = "linux");

/// "always" or "never"; goes before the setting.
#[cfg(target_os = "linux")]
const VARIABLE: &str = "Q_ASSISTANT_GRAPHICS";

/// Lets the window's page be drawn as it was chosen, from now on.
#[cfg(target_os = "linux")]
pub fn choose(window: &WebviewWindow, choice: Graphics) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

    let choice = match std::env::var(VARIABLE).as_deref() {
        Ok("always") => Graphics::Always,
        Ok("never") => Graphics::Never,
        _ => choice,
    };
    let layers = match choice {
        Graphics::Automatic => has_processor(),
        Graphics::Always => true,
        Graphics::Never => false,
    };
    let policy = if layers {
        HardwareAccelerationPolicy::Always
    } else {
        HardwareAccelerationPolicy::Never
    };
    let chosen = window.with_webview(move |webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(policy);
        }
    });
    if let Err(error) = chosen {
        tracing::warn!(%error, "how the page is drawn could not be chosen");
    }
}

#[cfg(not(target_os = "linux"))]
pub fn choose(_: &WebviewWindow, _: Graphics) {}

/// Whether the kernel offers a device to render with: "renderD" and a number from 128 on, one for each graphics processor
/// (Linux, Documentation/gpu/drm-uapi.rst, "Render nodes").
#[cfg(target_os = "linux")]
fn has_processor() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else {
        return false;
    };
    devices
        .flatten()
        .any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}
