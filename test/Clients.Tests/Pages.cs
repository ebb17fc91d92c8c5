namespace Clients.Tests;

/// <summary>The browser client's pages.</summary>
internal static class Pages
{
    /// <summary>What check.html says of a folder of models.</summary>
    internal static async Task<Difference[]> CheckAsync(Chromium browser, string url, string models)
    {
        await browser.OpenAsync($"{url}browser/check.html?models={models}");
        await browser.WaitForAsync("document.body?.dataset.state === 'done'");
        return Difference.Read((string)(await browser.EvaluateAsync("document.querySelector('#lines').textContent"))!);
    }
}
