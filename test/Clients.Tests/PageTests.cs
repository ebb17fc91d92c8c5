using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLSeqGraph.Onnx;

namespace Clients.Tests;

/// <summary>The page as a person uses it, in Chromium, against what MLSeqGraph says of the same models.</summary>
[TestClass]
public class PageTests
{
    private static Chromium? _browser;
    private static StaticFiles? _files;
    private static string _reason = "";

    public required TestContext TestContext { get; set; }

    [ClassInitialize]
    public static async Task Start(TestContext _)
    {
        if (Programs.FindPackages("browser", out _reason) is null || Chromium.Find(out _reason) is not { } program)
            return;
        _files = new(Programs.Clients);
        _browser = await Chromium.StartAsync(program);
    }

    [ClassCleanup]
    public static async Task Stop()
    {
        _files?.Dispose();
        if (_browser is not null)
            await _browser.DisposeAsync();
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Text_has_a_label_and_words_that_counted()
    {
        var page = await OpenAsync();
        const string Text = "how many people saw the bridge near the river";
        await TypeAsync(page, "question", Text);
        await page.WaitForAsync($"document.querySelector('#text').dataset.shows === '{Text}'");
        string[] words = Text.Split(' ');
        // The text, and the text without each of its words.
        string[] texts = [Text, .. words.Select((_, left) => string.Join(' ', words.Where((_, i) => i != left)))];
        using var session = OnnxSession.Load(Path.Combine(Programs.Models, "questions.onnx"), ExecutionTarget.Cpu(1));
        var scores = session.Run(new TensorInputs { ["Text"] = TensorData.Vector(texts) })["Score"].As<float>().Chunk(4).ToArray();
        var chosen = Array.IndexOf(scores[0], scores[0].Max());
        double LogOdds(float[] of) => Math.Log(of[chosen]) - Math.Log(of.Where((_, i) => i != chosen).Sum(score => (double)score));
        Assert.AreEqual("number", await BestAsync(page, "#text"));
        Assert.AreEqual(Rounded(scores[0].Max(), "0.000"), (await ColumnAsync(page, "#text .classes .best span:last-child"))[0]);
        CollectionAssert.AreEqual(words, await ColumnAsync(page, "#text .words td:first-child"));
        var counted = Numbers(await ColumnAsync(page, "#text .words td:last-child"));
        for (var i = 0; i < words.Length; i++)
            Assert.AreEqual(LogOdds(scores[0]) - LogOdds(scores[i + 1]), counted[i], 0.0051, words[i]);
        Assert.IsGreaterThan(1, counted[1], "Without 'many' the question is another.");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_graph_that_is_drawn_has_a_class()
    {
        var page = await OpenAsync();
        await page.EvaluateAsync("document.querySelector('[data-edges=\"\"]').click()");
        Assert.Contains("found none", (string)(await page.WaitForAsync(
            "document.querySelector('#graph .error').hidden ? null : document.querySelector('#graph .error').textContent"))!);
        // A square and its diagonal, with a tail: five clicks, six drags.
        (int X, int Y)[] places = [(80, 60), (200, 60), (200, 200), (80, 200), (340, 130)];
        foreach (var place in places)
            await DragAsync(page, place, place);
        (int, int)[] edges = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (2, 4)];
        foreach (var (a, b) in edges)
            await DragAsync(page, places[a], places[b]);
        await page.WaitForAsync("JSON.parse(document.querySelector('#graph').dataset.shows).edges.length === 6");
        await ClassIsAsync(page, edges, "several rings");
        // The same drag takes an edge away.
        await DragAsync(page, places[2], places[0]);
        await page.WaitForAsync("JSON.parse(document.querySelector('#graph').dataset.shows).edges.length === 5");
        await ClassIsAsync(page, edges.Where(edge => edge != (0, 2)), "one ring");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_word_is_translated_by_beams_and_by_chance()
    {
        var page = await OpenAsync();
        await TypeAsync(page, "source", "fade");
        await page.WaitForAsync("document.querySelector('#translate').dataset.shows?.startsWith('[\"fade\"')");
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(Programs.Models, "backwards.json")))!;
        string[] letters = json["vocabulary"].Deserialize<string[]>()!;
        using var generator = SequenceGenerator.Load(Path.Combine(Programs.Models, "backwards.decoder.onnx"),
            Path.Combine(Programs.Models, "backwards.encoder.onnx"));
        var input = GenerationInput.FromSources([.. "fade".Select(letter => Array.IndexOf(letters, $"{letter}") + 1L)]);
        var options = new GenerationOptions { MaximumLength = 8 };
        var beams = generator.BeamSearch(input, new() { Width = 4, Best = 4 }, options)[0];
        var samples = Enumerable.Range(7, 4).Select(seed => generator.Sample(input, new() { Temperature = 2, Seed = seed }, options)[0]);
        await SequencesAreAsync(page, ".beams", [.. beams], letters);
        await SequencesAreAsync(page, ".samples", [.. samples], letters);
        Assert.AreEqual("edaf", (await ColumnAsync(page, ".beams td:first-child"))[0]);

        await TypeAsync(page, "source", "fox");
        Assert.AreEqual("Word: expected one or more of the letters a b c d e f; found o.", (string?)await page.WaitForAsync(
            "document.querySelector('#translate .error').hidden ? null : document.querySelector('#translate .error').textContent"));
        await TypeAsync(page, "source", "fed");
        await page.WaitForAsync("document.querySelector('#translate .error').hidden");
    }

    // The page with all three parts shown.
    private static async Task<Chromium> OpenAsync()
    {
        if (_browser is null)
            Assert.Inconclusive(_reason);
        await _browser.OpenAsync($"{_files!.Url}browser/");
        await _browser.WaitForAsync(
            "document.querySelectorAll('section[data-shows] .classes .best, section[data-shows] .beams tr').length >= 3");
        return _browser;
    }

    private static Task TypeAsync(Chromium page, string id, string text) => page.EvaluateAsync($$"""
        {
          const input = document.getElementById('{{id}}')
          input.value = '{{text}}'
          input.dispatchEvent(new Event('input', { bubbles: true }))
        }
        """);

    // Presses the mouse at a place of the drawing, and releases it at another.
    private static async Task DragAsync(Chromium page, (int X, int Y) from, (int X, int Y) to)
    {
        foreach (var (type, (x, y)) in new[] { ("mousePressed", from), ("mouseMoved", to), ("mouseReleased", to) })
        {
            var at = (await page.EvaluateAsync($$"""
                {
                  const svg = document.querySelector('#graph svg')
                  svg.scrollIntoView({ block: 'center' })
                  const { x, y } = new DOMPoint({{x}}, {{y}}).matrixTransform(svg.getScreenCTM());
                  [x, y]
                }
                """))!;
            await page.SendAsync("Input.dispatchMouseEvent", new()
            {
                ["type"] = type, ["x"] = at[0]!.DeepClone(), ["y"] = at[1]!.DeepClone(), ["button"] = "left", ["clickCount"] = 1,
            });
        }
    }

    private static async Task ClassIsAsync(Chromium page, IEnumerable<(int A, int B)> edges, string label)
    {
        long[] from = [.. edges.Select(edge => (long)edge.A), .. edges.Select(edge => (long)edge.B)];
        long[] to = [.. edges.Select(edge => (long)edge.B), .. edges.Select(edge => (long)edge.A)];
        using var session = OnnxSession.Load(Path.Combine(Programs.Models, "graphs.onnx"), ExecutionTarget.Cpu(1));
        var scores = session.Run(new TensorInputs
        {
            ["x"] = TensorData.Create<float>([1, 1, 1, 1, 1], 5, 1),
            ["edge_index"] = TensorData.Create<long>([.. from, .. to], 2, from.Length),
            ["graph_index"] = TensorData.Vector(new long[5]),
        })["Score"].As<float>();
        Assert.AreEqual(label, await BestAsync(page, "#graph"));
        var shown = Numbers(await ColumnAsync(page, "#graph .classes span:last-child"));
        for (var i = 0; i < scores.Length; i++)
            Assert.AreEqual(scores[i], shown[i], 0.00051);
    }

    private static async Task SequencesAreAsync(Chromium page, string table, GeneratedSequence[] expected, string[] letters)
    {
        CollectionAssert.AreEqual(
            expected.Select(sequence => string.Concat(sequence.Tokens.Select(id => id <= letters.Length ? letters[id - 1] : "?")))
                .ToArray(),
            await ColumnAsync(page, $"{table} td:first-child"));
        var shown = Numbers(await ColumnAsync(page, $"{table} td:last-child"));
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i].LogProbability, shown[i], 0.00051);
    }

    private static async Task<string> BestAsync(Chromium page, string section) =>
        (await ColumnAsync(page, $"{section} .classes .best span:first-child")).Single();

    private static async Task<string[]> ColumnAsync(Chromium page, string selector) => (await page.EvaluateAsync(
        $"[...document.querySelectorAll('{selector}')].map(element => element.textContent)")).Deserialize<string[]>()!;

    private static double[] Numbers(string[] texts) =>
        Array.ConvertAll(texts, text => double.Parse(text.Replace('−', '-'), CultureInfo.InvariantCulture));

    private static string Rounded(float number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
