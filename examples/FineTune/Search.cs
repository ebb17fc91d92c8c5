using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace FineTune;

/// <summary>Finds the texts of a file that mean what is asked for.</summary>
internal static class Search
{
    private const int Shown = 5;

    private sealed class Line
    {
        public string Text { get; set; } = "";
    }

    internal static void Run(MLContext ml, PretrainedModel model, Options options)
    {
        string[] lines = [.. File.ReadLines(options.SearchFile!).Where(line => line.Trim().Length > 0)];
        if (lines.Length == 0)
            throw new InvalidDataException($"{options.SearchFile} has no text; expected one in each line.");
        var clock = Stopwatch.StartNew();
        // The question is the last row, so that it is cut and run as the others are.
        var rows = ml.Data.LoadFromEnumerable(lines.Append(options.Query!).Select(text => new Line { Text = text }));
        var pipeline = ml.Transforms.TokenizeText("Features", nameof(Line.Text), new()
        {
            Tokenizer = model.Tokenizer, AddBeginToken = true, AddEndToken = true, MaximumLength = options.Length,
            Truncation = TextTruncation.End,
        }).Append(ml.Sequences().Embedding(SequenceNetwork.FromOnnx(model.Onnx)));
        var vectors = pipeline.Fit(rows).Transform(rows).GetColumn<float[]>("Score").ToArray();
        var found = lines.Select((text, i) => (Text: text, Line: i, Cosine: vectors[i].Zip(vectors[^1], (a, b) => a * b).Sum()))
            .OrderByDescending(hit => hit.Cosine).Take(Shown).ToArray();
        Console.WriteLine($"{lines.Length:N0} texts in {clock.Elapsed.TotalSeconds:0.0} s. Nearest to '{options.Query}':");
        foreach (var (text, _, cosine) in found)
            Console.WriteLine($"{cosine,8:0.000}  {text}");
        if (options.Json is { } json)
            Figures.Write(json, new()
            {
                ["data"] = Path.GetFileName(options.SearchFile!), ["task"] = "search", ["network"] = model.Name, ["seed"] = options.Seed,
                ["train_seconds"] = 0.0, ["texts"] = lines.Length, ["seconds"] = clock.Elapsed.TotalSeconds,
                ["best_text"] = found[0].Text, ["best_cosine"] = found[0].Cosine,
            });
    }
}
