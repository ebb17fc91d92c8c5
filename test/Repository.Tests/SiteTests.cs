using System.Text.RegularExpressions;

namespace MLSeqGraph.Repository.Tests;

/// <summary>What docfx would warn of: the site of docs/docfx.json is built without warnings.</summary>
[TestClass]
public class SiteTests
{
    private static string[] Pages => Directory.GetFiles(Root.Combine("docs"), "*.md");

    [TestMethod]
    public void Every_page_stands_in_the_table_of_contents()
    {
        var contents = File.ReadAllText(Root.Combine("docs/toc.yml"));
        Assert.AreEqual("", string.Join('\n', Pages.Select(Path.GetFileName).Where(page => !contents.Contains($"href: {page}\n"))));
    }

    [TestMethod]
    public void Links_lead_to_pages_of_the_site() => Assert.AreEqual("", string.Join('\n',
        from page in Pages
        from Match link in Regex.Matches(File.ReadAllText(page), @"\]\(([^)\s#]+)(#[^)\s]*)?\)")
        where !link.Groups[1].Value.Contains("://") && !File.Exists(Root.Combine("docs/" + link.Groups[1].Value))
            | link.Groups[1].Value.StartsWith("..")
        select $"{Path.GetFileName(page)} has a link to {link.Groups[1].Value}: expected a page of docs; other files are named as code"));
}
