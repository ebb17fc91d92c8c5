// Exported models with ONNX Runtime alone. At the top of the repository:
//     dotnet run --project examples/Clients/csharp-minimal                  what the small models say
//     dotnet run --project examples/Clients/csharp-minimal -- check FOLDER  compares them with what they are to say
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using MinimalClient;

var folder = args is ["check", var named] ? named : "examples/Clients/models";
if (!Directory.Exists(folder))
{
    Console.Error.WriteLine($"There is no folder '{folder}': run this at the top of the repository, or name the folder.");
    return 2;
}
if (args is ["check", ..])
    return Check.Run(folder);
using var options = new RunOptions();

// 1. A text model: strings in, label out. A batch is any number of texts.
using (var session = Open("questions"))
{
    string[] texts = ["who wrote the book", "how many people saw the bridge"];
    using var input = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [texts.Length]);
    for (var i = 0; i < texts.Length; i++)
        input.StringTensorSetElementAt(texts[i], i);
    using var outputs = session.Run(options, ["Text"], [input], ["PredictedLabel", "Score"]);
    var scores = outputs[1].GetTensorDataAsSpan<float>(); // [batch, classes], probabilities
    var classes = scores.Length / texts.Length;
    for (var i = 0; i < texts.Length; i++)
        Console.WriteLine($"{texts[i]}: {outputs[0].GetStringElement(i)} ({Largest(scores.Slice(i * classes, classes)):0.000})");
}

// 2. A model of tokens: ids [batch, time] count from 1, 0 fills up shorter rows, -1 is an unknown word.
using (var session = Open("words"))
{
    var (vocabulary, labels) = (Facts("words", "vocabulary"), Facts("words", "labels"));
    const string Text = "where is the garden";
    long[] ids = [.. Text.Split(' ').Select(word => Array.IndexOf(vocabulary, word) is >= 0 and var id ? id + 1L : -1)];
    using var tokens = OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]);
    using var outputs = session.Run(options, ["tokens"], [tokens], ["PredictedLabel", "Score"]);
    var predicted = outputs[0].GetTensorDataAsSpan<long>()[0];
    Console.WriteLine($"{Text}: {labels[predicted]} ({Largest(outputs[1].GetTensorDataAsSpan<float>()):0.000})");
}

// 3. A graph: features [nodes, features], edges [2, edges], all sources before all targets, each edge in both directions.
using (var session = Open("graphs"))
{
    (long A, long B)[] ring = [(0, 1), (1, 2), (2, 3), (3, 0), (3, 4)];
    long[] edges = [.. ring.Select(edge => edge.A), .. ring.Select(edge => edge.B), // the sources
        .. ring.Select(edge => edge.B), .. ring.Select(edge => edge.A)];            // their targets
    using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 1, 1, 1, 1], [5, 1]);
    using var index = OrtValue.CreateTensorValueFromMemory(edges, [2, 10]);
    using var graph = OrtValue.CreateTensorValueFromMemory(new long[5], [5]); // all nodes are of graph 0
    using var outputs = session.Run(options, ["x", "edge_index", "graph_index"], [x, index, graph], ["PredictedLabel", "Score"]);
    Console.WriteLine($"five nodes, four of them in a ring: {Facts("graphs", "labels")[outputs[0].GetTensorDataAsSpan<long>()[0]]} "
        + $"({Largest(outputs[1].GetTensorDataAsSpan<float>()):0.000})");
}

// 4. A translator: the greedy file writes the likeliest letters by itself; as many as `lengths` says.
using (var session = Open("backwards.greedy"))
{
    var letters = Facts("backwards", "vocabulary");
    const string Word = "fade";
    using var source = OrtValue.CreateTensorValueFromMemory<long>([.. Word.Select(letter => Array.IndexOf(letters, $"{letter}") + 1L)],
        [1, Word.Length]);
    using var most = OrtValue.CreateTensorValueFromMemory<long>([8], [1]);
    using var outputs = session.Run(options, ["source", "max_length"], [source, most], ["generated", "lengths"]);
    var written = outputs[0].GetTensorDataAsSpan<long>()[..(int)outputs[1].GetTensorDataAsSpan<long>()[0]].ToArray();
    Console.WriteLine($"{Word} backwards: {string.Concat(written.Select(id => letters[id - 1]))}");
}
return 0;

InferenceSession Open(string model) => new(Path.Combine(folder, $"{model}.onnx"));

// Labels and vocabulary of a small model, which mlseqgraph.json has for models of yours.
string[] Facts(string model, string name)
{
    using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, $"{model}.json")));
    return json.RootElement.GetProperty(name).Deserialize<string[]>()!;
}

static float Largest(ReadOnlySpan<float> values) => values.ToArray().Max();
