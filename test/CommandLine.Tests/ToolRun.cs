using System.Text.Json;
using MLSeqGraph.Experiments.Tests;

namespace MLSeqGraph.CommandLine.Tests;

/// <summary>A run of the tool: what it wrote, and its exit code.</summary>
internal sealed record ToolRun(int Code, string Output, string Errors)
{
    internal JsonElement Json => JsonDocument.Parse(Output).RootElement;

    internal static ToolRun Of(params string[] arguments)
    {
        using StringWriter output = new(), errors = new();
        var code = new Tool(output, errors).Run(arguments);
        return new(code, output.ToString(), errors.ToString());
    }

    internal static ToolRun Good(params string[] arguments)
    {
        var run = Of(arguments);
        Assert.AreEqual(0, run.Code, run.Errors + run.Output);
        return run;
    }

    internal static string WriteQuestions(TemporaryFolder folder, string name, int rows, int seed,
        string format = "{0}\t{1}", string? header = null)
    {
        var lines = Questions.Rows(rows, seed).Select(row => string.Format(format, row.Label, row.Text, row.Label == "person" ? "p" : "l"));
        File.WriteAllLines(folder.File(name), header is null ? lines : lines.Prepend(header));
        return folder.File(name);
    }

    internal static string WriteNumbers(TemporaryFolder folder, string name, Func<float, float, string> label, int rows = 150)
    {
        var random = new Random(1);
        File.WriteAllLines(folder.File(name), Enumerable.Range(0, rows).Select(_ =>
        {
            float x = random.NextSingle(), y = random.NextSingle();
            return FormattableString.Invariant($"{x},{y},{label(x, y)}");
        }).Prepend("width,height,outcome"));
        return folder.File(name);
    }
}
