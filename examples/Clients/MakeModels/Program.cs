// Makes the small models that the clients run, and what they are to say: examples/Clients/models/NAME.onnx and NAME.json.
//     dotnet run -c Release --project examples/Clients/MakeModels
using MakeModels;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

var folder = args.Length > 0 ? args[0] : "examples/Clients/models";
if (!Directory.Exists(folder))
{
    Console.Error.WriteLine($"There is no folder '{folder}': run this at the top of the repository, or name the folder.");
    return 1;
}

var ml = new MLContext(1);
var target = ExecutionTarget.Cpu(1);
var random = new Random(1);
var special = new SpecialTokens { Padding = null, Begin = null, End = null };
var expected = new Expectations(folder);
Console.WriteLine($"{"model",-12}{"KB",6}   accuracy on its training rows");

// A class for a sentence, with the weight of each word.
var questions = ml.Data.LoadFromEnumerable(Sentences.Make(400, random));
var text = ml.Transforms.TokenizeText("Features", "Text", new() { SpecialTokens = special });
var words = Words(seed: 1);
var tokenizer = words.OfType<TextTransformer>().Single().Tokenizer;
string[] vocabulary = [.. Enumerable.Range(0, tokenizer.Vocabulary.Count).Select(id => tokenizer.Vocabulary[id])];
tokenizer.Save(Path.Combine(folder, "words.tokenizer.txt"));
words.LastTransformer.ExportToOnnx(expected.File("words"));
Words(seed: 2).LastTransformer.ExportToOnnx(expected.File("words.second")); // to take the first one's place in a server
string[] asked = ["who wrote the book", "how many people saw the bridge near the river", "where is the garden"];
expected.Write("words", [.. asked.Select(Tokens)], new { vocabulary, labels = words.LastTransformer.Info.Labels!.Values, texts = asked });
Report("words", ml.Sequences().EvaluateClassification(words.Transform(questions)).MicroAccuracy);

// A class for each word.
var keys = ml.Data.LoadFromEnumerable(Sentences.Make(300, random));
var tags = ml.Transforms.Conversion.MapValueToKey("Label", "Tags")
    .Append(ml.Transforms.TokenizeText("Features", "Text", new() { Tokenizer = tokenizer }))
    .Append(ml.Sequences().Tagging(new SequenceTaggingTrainer.Options
    {
        Network = SequenceNetwork.Transformer(new() { Hidden = 8, Layers = 1, Heads = 2, FeedForwardSize = 8, Dropout = 0 }),
        EmbeddingSize = 8, Epochs = 30, BatchSize = 16, LearningRate = 0.01f, Target = target,
    })).Fit(keys);
tags.LastTransformer.ExportToOnnx(expected.File("tags"));
expected.Write("tags", [.. asked.Select(Tokens)], new { vocabulary, labels = tags.LastTransformer.Info.Labels!.Values, texts = asked });
Report("tags", ml.Sequences().EvaluateTagging(tags.Transform(keys)).MicroAccuracy);

// A class for a series of numbers.
var waves = SeriesRow.Make(300, random);
var seriesView = ml.Data.LoadFromEnumerable(waves);
var series = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Sequences().Classification(new SequenceClassificationTrainer.Options
{
    Network = SequenceNetwork.Gru(8), FeatureCount = 1, Epochs = 30, BatchSize = 16, LearningRate = 0.01f, Target = target,
})).Fit(seriesView);
series.LastTransformer.ExportToOnnx(expected.File("series"));
expected.Write("series", [.. waves.DistinctBy(row => row.Features.Length).Take(3).Select(row => new TensorInputs
{
    ["features"] = TensorData.Create(row.Features, row.Features.Length, 1),
})], new { labels = series.LastTransformer.Info.Labels!.Values });
Report("series", ml.Sequences().EvaluateClassification(series.Transform(seriesView)).MicroAccuracy);

// A class for a graph.
var shapes = GraphRow.Make(600, random);
var shapesView = ml.Data.LoadFromEnumerable(shapes);
var graphs = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Graphs().GraphClassification(new()
{
    Columns = new() { NodeFeatureCount = 1 }, Network = GraphNetwork.Gin(8, 2, batchNorm: false), Pooling = GraphPooling.Sum, Hidden = 8,
    Epochs = 60, BatchSize = 32, LearningRate = 0.01f, Target = target,
})).Fit(shapesView);
graphs.LastTransformer.ExportToOnnx(expected.File("graphs"));
expected.Write("graphs", [.. shapes.DistinctBy(row => row.Label).Select(row => new TensorInputs
{
    ["x"] = TensorData.Create(row.NodeFeatures, row.NodeFeatures.Length, 1),
    ["edge_index"] = TensorData.Create(Array.ConvertAll(row.Edges, node => (long)node), 2, row.Edges.Length / 2),
})], new { labels = graphs.LastTransformer.Info.Labels!.Values });
Report("graphs", ml.Sequences().EvaluateClassification(graphs.Transform(shapesView)).MicroAccuracy);

// A class for each node of a graph.
NodeRow[] friends = [.. Enumerable.Range(0, 24).Select(id => new NodeRow
{
    Features = [random.NextSingle() + (id < 12 ? 0.3f : 0), random.NextSingle() + (id < 12 ? 0 : 0.3f)],
    Label = id < 12 ? "first" : "second",
})];
EdgeRow[] friendships = [.. Enumerable.Range(0, 60).Select(i => (A: random.Next(24), B: random.Next(24), Far: i % 12 == 0))
    .Where(pair => pair.A != pair.B && (pair.Far || pair.A < 12 == pair.B < 12))
    .Select(pair => new EdgeRow { Source = (uint)pair.A, Target = (uint)pair.B })];
var nodesView = ml.Data.LoadFromEnumerable(friends);
var nodes = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Graphs().NodeClassification(
    new GraphEdgeColumns(ml.Data.LoadFromEnumerable(friendships)), network: GraphNetwork.Gcn(8), epochs: 100)).Fit(nodesView);
nodes.LastTransformer.ExportToOnnx(expected.File("nodes"));
expected.Write("nodes", [.. shapes.Take(3).Select(row => new TensorInputs
{
    ["x"] = TensorData.Create([.. Enumerable.Range(0, 2 * row.NodeFeatures.Length).Select(i => i % 3 / 2f)], row.NodeFeatures.Length, 2),
    ["edge_index"] = TensorData.Create(Array.ConvertAll(row.Edges, node => (long)node), 2, row.Edges.Length / 2),
})], new { labels = nodes.LastTransformer.Info.Labels!.Values });
Report("nodes", ml.Sequences().EvaluateClassification(nodes.Transform(nodesView)).MicroAccuracy);

// A sequence for a sequence: letters backwards.
var letters = ml.Data.LoadFromEnumerable(WordPair.Make(1500, random));
var characters = new TextTokenizationOptions { Kind = TextTokenizerKind.Characters, SpecialTokens = SpecialTokens.None };
var backwards = ml.Transforms.TokenizeText([new("Source"), new("Target")],
    characters).Append(ml.Sequences().Translation(new TranslationTrainer.Options
{
    Encoder = SequenceNetwork.Gru(12, bidirectional: true), Decoder = SequenceDecoder.Gru(16, attention: SourceAttention.Additive(8)),
        EmbeddingSize = 8,
    MaximumLength = 8, Epochs = 30, BatchSize = 32, LearningRate = 0.01f, Target = target,
})).Fit(letters);
var alphabet = backwards.OfType<TextTransformer>().First().Tokenizer;
expected.WriteGenerator("backwards", backwards.LastTransformer, [.. ((string[])["abc", "fade", "cab"]).Select(alphabet.EncodeKeys)],
    new { vocabulary = Enumerable.Range(0, alphabet.Vocabulary.Count).Select(id => alphabet.Vocabulary[id]) });
Report("backwards", null);

// The next letter: a language model.
var lines = ml.Data.LoadFromEnumerable(Sentences.Make(200, random));
var writer = ml.Transforms.TokenizeText("Features", "Text", new() { SpecialTokens = special }).Append(
    ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
    {
        Decoder = SequenceDecoder.Transformer(new() { Hidden = 16, Layers = 1, Heads = 2, FeedForwardSize = 16, Dropout = 0 }),
            EmbeddingSize = 16,
        Epochs = 20, BatchSize = 16, LearningRate = 0.01f, Target = target,
    })).Fit(lines);
var wordsWritten = writer.OfType<TextTransformer>().Single().Tokenizer;
expected.WriteGenerator("sentences", writer.LastTransformer, [.. ((string[])["who", "when was",
    "how many"]).Select(wordsWritten.EncodeKeys)],
    new { vocabulary = Enumerable.Range(0, wordsWritten.Vocabulary.Count).Select(id => wordsWritten.Vocabulary[id]) });
Report("sentences", null);
return 0;

TransformerChain<SequencePredictionTransformer> Words(int seed) => ml.Transforms.Conversion.MapValueToKey("Label").Append(text)
    .Append(ml.Sequences().Classification(new SequenceClassificationTrainer.Options
    {
        Network = SequenceNetwork.Lstm(6, bidirectional: true), Pooling = Pooling.Attention, EmbeddingSize = 6, OutputAttention = true,
        Epochs = 30, BatchSize = 16, LearningRate = 0.01f, Target = target, Seed = seed,
    })).Fit(questions);

TensorInputs Tokens(string sentence)
{
    var ids = tokenizer.EncodeKeys(sentence);
    return new() { ["tokens"] = TensorData.Vector(ids) };
}

void Report(string model, double? accuracy) => Console.WriteLine(
    $"{model,-12}{Directory.GetFiles(folder, $"{model}*.onnx").Sum(file => new FileInfo(file).Length) / 1024.0,6:0.0}   {accuracy:0.000}");
