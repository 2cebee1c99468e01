using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace MixPrec.Compiler.Tests.Report;

/// <summary>A page in a browser without a window, with a mouse and a keyboard: Chromium's DevTools protocol.</summary>
internal sealed class BrowserSession : IDisposable
{
    private readonly Process _browser;
    private readonly ClientWebSocket _socket = new();
    private int _last;

    private BrowserSession(Process browser) => _browser = browser;

    /// <param name="folder">Where the browser may keep what it likes.</param>
    public static async Task<BrowserSession> Open(string browser, string folder, Uri page, CancellationToken cancellation)
    {
        var process = Process.Start(new ProcessStartInfo(browser,
            ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--window-size=1180,900",
                "--remote-debugging-port=0", $"--user-data-dir={folder}/session", page.AbsoluteUri])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var session = new BrowserSession(process);
        string words = "";
        while (await process.StandardError.ReadLineAsync(cancellation) is { } line)
        {
            words += line + "\n";
            if (line.StartsWith("DevTools listening on ", StringComparison.Ordinal))
            {
                _ = process.StandardError.ReadToEndAsync(cancellation);
                await session.Connect(new Uri(line["DevTools listening on ".Length..]), page, cancellation);
                return session;
            }
        }

        throw new InvalidOperationException(words);
    }

    /// <summary>The value of an expression, as text.</summary>
    public async Task<string> Evaluate(string expression, CancellationToken cancellation)
    {
        var result = await Send("Runtime.evaluate", new { expression = $"String({expression})" }, cancellation);
        return result.GetProperty("result").GetProperty("value").GetString()!;
    }

    /// <summary>
    /// The value of an expression once it is what it has to become, or after ten seconds: what is typed arrives when the page has time
    /// for it.
    /// </summary>
    public async Task<string> Becomes(string expected, string expression, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        string value;
        while ((value = await Evaluate(expression, cancellation)) != expected && clock.Elapsed < TimeSpan.FromSeconds(10))
        {
            await Task.Delay(20, cancellation);
        }

        return value;
    }

    /// <summary>Presses and releases a key.</summary>
    public async Task Press(string key, int code, CancellationToken cancellation)
    {
        string text = key switch { "Enter" => "\r", " " => " ", _ => "" };
        await Send("Input.dispatchKeyEvent", new { type = text.Length > 0 ? "keyDown" : "rawKeyDown", key, text, windowsVirtualKeyCode = code },
            cancellation);
        await Send("Input.dispatchKeyEvent", new { type = "keyUp", key, windowsVirtualKeyCode = code }, cancellation);
    }

    public Task Type(string text, CancellationToken cancellation) => Send("Input.insertText", new { text }, cancellation);

    /// <summary>Moves the mouse to the middle of the first element that a selector finds.</summary>
    public async Task MoveTo(string selector, CancellationToken cancellation)
    {
        string place = await Evaluate($$"""
            (function () { var e = document.querySelector('{{selector}}'); e.scrollIntoView({ block: 'center' });
              var r = e.getBoundingClientRect(); return (r.left + r.width / 2) + ' ' + (r.top + r.height / 2); })()
            """, cancellation);
        double[] at = [.. place.Split(' ').Select(n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
        await Send("Input.dispatchMouseEvent", new { type = "mouseMoved", x = at[0], y = at[1] }, cancellation);
    }

    /// <summary>As on paper of a width in CSS pixels.</summary>
    public async Task Print(int width, CancellationToken cancellation)
    {
        await Send("Emulation.setEmulatedMedia", new { media = "print" }, cancellation);
        await Send("Emulation.setDeviceMetricsOverride", new { width, height = 1000, deviceScaleFactor = 1, mobile = false }, cancellation);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _browser.Kill(entireProcessTree: true);
        _browser.WaitForExit();
        _browser.Dispose();
    }

    private async Task Connect(Uri browser, Uri page, CancellationToken cancellation)
    {
        using var client = new HttpClient();
        while (true)
        {
            using var list = JsonDocument.Parse(await client.GetStringAsync($"http://{browser.Authority}/json/list", cancellation));
            if (list.RootElement.EnumerateArray().FirstOrDefault(t => t.GetProperty("url").GetString() == page.AbsoluteUri) is
                { ValueKind: JsonValueKind.Object } target)
            {
                await _socket.ConnectAsync(new Uri(target.GetProperty("webSocketDebuggerUrl").GetString()!), cancellation);
                await Send("Emulation.setFocusEmulationEnabled", new { enabled = true }, cancellation);

                // The empty document before the page is complete too.
                while (await Evaluate("document.readyState === 'complete' && document.querySelector('main') !== null", cancellation) != "true")
                {
                    await Task.Delay(20, cancellation);
                }

                return;
            }

            await Task.Delay(20, cancellation);
        }
    }

    private async Task<JsonElement> Send(string method, object parameters, CancellationToken cancellation)
    {
        int id = ++_last;
        byte[] message = JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters });
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, cancellation);
        var buffer = new byte[1 << 16];
        while (true)
        {
            var text = new StringBuilder();
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellation);
                text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
            }
            while (!part.EndOfMessage);

            using var answer = JsonDocument.Parse(text.ToString());
            if (answer.RootElement.TryGetProperty("id", out var its) && its.GetInt32() == id)
            {
                return answer.RootElement.TryGetProperty("result", out var result) ? result.Clone()
                    : throw new InvalidOperationException(text.ToString());
            }
        }
    }
}
