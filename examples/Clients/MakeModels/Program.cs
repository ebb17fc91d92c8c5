// Makes the small models that the clients run, and what they are to say: examples/Clients/models/NAME.onnx, NAME.json and, for stock
// ML.NET, NAME.zip. models.json lists them.
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
Console.WriteLine($"{"model",-20}{"KB",6}   accuracy on its training rows");

// A class for a sentence: text in, label out. What comes before the model is in the file, too.
var questions = ml.Data.LoadFromEnumerable(Sentences.Make(400, random));
var whole = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
    .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: 40)) // rarer words are unknown
    .Append(ml.Sequences().Classification(new SequenceClassificationTrainer.Options
    {
        Network = SequenceNetwork.Lstm(6, bidirectional: true), Pooling = Pooling.Attention, EmbeddingSize = 6, Epochs = 30, BatchSize = 16,
        LearningRate = 0.01f, Target = target,
    }))
    .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel")).Fit(questions);
ml.Model.ExportToOnnx(whole, questions, expected.File("questions"));
string[] asked = ["who wrote the book", "how many people saw the bridge near the river", "where is the garden"];
expected.Write("questions", "text in, label out", [.. asked.Select(sentence => new TensorInputs
{
    ["Text"] = TensorData.Scalar(sentence),
})], new { columns = Columns(("Text", "Text")), labels = Labels(whole.OfType<SequencePredictionTransformer>().Single()), texts = asked });
Finish("questions", whole, questions);

// The same by characters and by byte pairs, which the files cut themselves: of any text, whether it is normalized or not.
string[] unusual = ["who wróte the book", "Hów many pe\u0301ople saw the bridge 👍🏽 中文?!", "where is the garden"];
foreach (var (name, kind) in new[] { ("characters", TextTokenizerKind.Characters), ("pairs", TextTokenizerKind.BytePairEncoding) })
{
    var cut = ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.Transforms.TokenizeText("Features", "Text", new() { Kind = kind, MaximumSize = 330, MaximumLength = 60 }))
        .Append(ml.Sequences().Classification(new SequenceClassificationTrainer.Options
        {
            Network = SequenceNetwork.Gru(8), Pooling = Pooling.Mean, EmbeddingSize = 6, Epochs = 20, BatchSize = 16, LearningRate = 0.01f,
            Target = target,
        }))
        .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel")).Fit(questions);
    ml.Model.ExportToOnnx(cut, questions, expected.File($"questions.{name}"));
    expected.Write($"questions.{name}", $"text in, by {(name == "pairs" ? "byte pairs" : name)}, label out", [.. unusual.Select(sentence =>
        new TensorInputs { ["Text"] = TensorData.Scalar(sentence) })],
        new
        {
            columns = Columns(("Text", "Text")), labels = Labels(cut.OfType<SequencePredictionTransformer>().Single()), texts = unusual,
        });
    Finish($"questions.{name}", cut, questions);
}

// A class for the tokens of a sentence, with the weight of each word.
var text = ml.Transforms.TokenizeText("Features", "Text", new() { SpecialTokens = special });
var words = Words(SequenceNetwork.Lstm(6, bidirectional: true));
var tokenizer = words.OfType<TextTransformer>().Single().Tokenizer;
string[] vocabulary = [.. Enumerable.Range(0, tokenizer.Vocabulary.Count).Select(id => tokenizer.Vocabulary[id])];
tokenizer.Save(Path.Combine(folder, "words.tokenizer.txt"));
words.LastTransformer.ExportToOnnx(expected.File("words"));
Words(SequenceNetwork.Lstm(6, bidirectional: true), seed: 2).LastTransformer.ExportToOnnx(expected.File("words.second")); // for the server
expected.Write("words", "tokens, LSTM", [.. asked.Select(Tokens)],
    new { columns = Columns(("Features", "tokens")), vocabulary, labels = Labels(words.LastTransformer), texts = asked });
Finish("words", words.LastTransformer, words.Transform(questions));
var attentive = Words(SequenceNetwork.Transformer(new() { Hidden = 8, Layers = 1, Heads = 2, FeedForwardSize = 8, Dropout = 0 }));
attentive.LastTransformer.ExportToOnnx(expected.File("words.transformer"));
expected.Write("words.transformer", "tokens, Transformer", [.. asked.Select(Tokens)],
    new { columns = Columns(("Features", "tokens")), vocabulary, labels = Labels(attentive.LastTransformer), texts = asked });
Finish("words.transformer", attentive.LastTransformer, attentive.Transform(questions));

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
expected.Write("tags", "a class per step", [.. asked.Select(Tokens)],
    new { columns = Columns(("Features", "tokens")), vocabulary, labels = Labels(tags.LastTransformer), texts = asked });
Finish("tags", tags.LastTransformer, tags.Transform(keys));

// A class for a series of numbers.
var waves = SeriesRow.Make(300, random);
var seriesView = ml.Data.LoadFromEnumerable(waves);
var series = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Sequences().Classification(new SequenceClassificationTrainer.Options
{
    Network = SequenceNetwork.Gru(8), FeatureCount = 1, Epochs = 30, BatchSize = 16, LearningRate = 0.01f, Target = target,
})).Fit(seriesView);
series.LastTransformer.ExportToOnnx(expected.File("series"));
expected.Write("series", "series, GRU", [.. waves.DistinctBy(row => row.Features.Length).Take(3).Select(row => new TensorInputs
{
    ["features"] = TensorData.Create(row.Features, row.Features.Length, 1),
})], new { columns = Columns(("Features", "features")), labels = Labels(series.LastTransformer) });
Finish("series", series.LastTransformer, series.Transform(seriesView));

// A class for a graph.
var shapes = GraphRow.Make(600, random);
var shapesView = ml.Data.LoadFromEnumerable(shapes);
var graphs = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Graphs().GraphClassification(new()
{
    Columns = new() { NodeFeatureCount = 1 }, Network = GraphNetwork.Gin(8, 2, batchNorm: false), Pooling = GraphPooling.Sum, Hidden = 8,
    Epochs = 60, BatchSize = 32, LearningRate = 0.01f, Target = target,
})).Fit(shapesView);
graphs.LastTransformer.ExportToOnnx(expected.File("graphs"));
expected.Write("graphs", "a class per graph", [.. shapes.DistinctBy(row => row.Label).Select(row => new TensorInputs
{
    ["x"] = TensorData.Create(row.NodeFeatures, row.NodeFeatures.Length, 1),
    ["edge_index"] = TensorData.Create(Array.ConvertAll(row.Edges, node => (long)node), 2, row.Edges.Length / 2),
})], new { columns = Columns(("NodeFeatures", "x"), ("Edges", "edge_index")), labels = graphs.LastTransformer.Info.Labels!.Values });
Finish("graphs", graphs.LastTransformer, graphs.Transform(shapesView));

// A class for each node of a graph.
NodeRow[] friends = [.. Enumerable.Range(0, 24).Select(id => new NodeRow
{
    Id = $"n{id}",
    Features = [random.NextSingle() + (id < 12 ? 0.3f : 0), random.NextSingle() + (id < 12 ? 0 : 0.3f)],
    Label = id < 12 ? "first" : "second",
})];
(int A, int B)[] friendships = [.. Enumerable.Range(0, 60)
    .Select(i => (A: random.Next(24), B: random.Next(24), Far: i % 12 == 0))
    .Where(pair => pair.A != pair.B && (pair.Far || pair.A < 12 == pair.B < 12)).Select(pair => (pair.A, pair.B)).Distinct()];
var edges = new GraphEdgeColumns(ml.Data.LoadFromEnumerable(Array.ConvertAll(friendships, Friendship)));
var nodesView = ml.Data.LoadFromEnumerable(friends);
var nodes = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Graphs().NodeClassification(
    edges, network: GraphNetwork.Gcn(8), epochs: 100, nodeIdColumnName: "Id")).Fit(nodesView);
nodes.LastTransformer.ExportToOnnx(expected.File("nodes"));
var circles = new TensorInputs
{
    ["x"] = TensorData.Create([.. friends.SelectMany(friend => friend.Features)], friends.Length, 2),
    // In both directions, all sources before all targets.
    ["edge_index"] = TensorData.Create([.. friendships.SelectMany(pair => (long[])[pair.A, pair.B]),
        .. friendships.SelectMany(pair => (long[])[pair.B, pair.A])], 2, 2 * friendships.Length),
};
var small = shapes.Take(3).Select(row => new TensorInputs
{
    ["x"] = TensorData.Create([.. Enumerable.Range(0, 2 * row.NodeFeatures.Length).Select(i => i % 3 / 2f)], row.NodeFeatures.Length, 2),
    ["edge_index"] = TensorData.Create(Array.ConvertAll(row.Edges, node => (long)node), 2, row.Edges.Length / 2),
}).ToArray();
expected.Write("nodes", "a class per node", small, new { labels = nodes.LastTransformer.Info.Labels!.Values,
    rows = new Dictionary<string, object> { ["Id"] = friends.Select(friend => friend.Id) } }, circles,
    ("an edge from node -1", With(small[0], "edge_index", -1)), ("an edge from a node too many", With(small[0], "edge_index", 99)));
Finish("nodes", nodes.LastTransformer, nodes.Transform(nodesView));

// Whether two nodes have an edge.
using var links = ml.Graphs().LinkPrediction(new() { Edges = edges, NodeIdColumnName = "Id", EmbeddingSize = 4,
    Network = GraphNetwork.Gcn(8, dropout: 0), Epochs = 100 }).Fit(nodesView);
links.ExportToOnnx(expected.File("links"));
EdgeRow[] pairs = [.. Enumerable.Range(0, 12).Select(i => Friendship((i, (7 * i + 5) % 24)))];
TensorInputs pair = new()
{
    ["x"] = small[0]["x"], ["edge_index"] = small[0]["edge_index"], ["pair_index"] = TensorData.Create<long>([0, 1, 1, 2], 2, 2),
};
expected.Write("links", "links", [.. small.Select((row, i) => new TensorInputs
{
    ["x"] = row["x"], ["edge_index"] = row["edge_index"], ["pair_index"] = TensorData.Create<long>([0, 1, i + 1, 3], 2, 2),
})], new
{
    rows = new Dictionary<string, object>
    {
        ["Source"] = pairs.Select(pair => pair.Source), ["Target"] = pairs.Select(pair => pair.Target),
    },
}, new TensorInputs
{
    ["x"] = circles["x"], ["edge_index"] = circles["edge_index"],
    ["pair_index"] = TensorData.Create(
        [.. pairs.Select(pair => Row(pair.Source)), .. pairs.Select(pair => Row(pair.Target))], 2, pairs.Length),
}, ("a pair of node -1", With(pair, "pair_index", -1)), ("a pair of a node too many", With(pair, "pair_index", 99)),
    ("an edge of node -1", With(pair, "edge_index", -1)));
Finish("links", links, ml.Data.LoadFromEnumerable(pairs));

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
string[] turned = ["abc", "fade", "cab"];
expected.WriteGenerator("backwards", "translator", backwards.LastTransformer, [.. turned.Select(alphabet.EncodeKeys)], new
{
    vocabulary = Enumerable.Range(0, alphabet.Vocabulary.Count).Select(id => alphabet.Vocabulary[id]),
    columns = Columns(("Source", "source")),
    scores = backwards.Transform(ml.Data.LoadFromEnumerable(turned.Select(word => new WordPair { Source = word })))
        .GetColumn<float>("Score").Select(score => new[] { score }),
});
Finish("backwards", backwards.LastTransformer, backwards.Transform(letters));

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
string[] begun = ["who wrote", "when was", "how many"];
expected.WriteGenerator("sentences", "language model", writer.LastTransformer, [.. begun.Select(wordsWritten.EncodeKeys)], new
{
    vocabulary = Enumerable.Range(0, wordsWritten.Vocabulary.Count).Select(id => wordsWritten.Vocabulary[id]),
    columns = Columns(("Features", "tokens")),
    scores = writer.Transform(ml.Data.LoadFromEnumerable(begun.Select(words => new QuestionRow { Text = words })))
        .GetColumn<float[]>("Score"),
});
Finish("sentences", writer.LastTransformer, writer.Transform(lines));
expected.WriteList();
return 0;

TransformerChain<SequencePredictionTransformer> Words(SequenceNetwork network, int seed = 1) =>
    ml.Transforms.Conversion.MapValueToKey("Label").Append(text).Append(ml.Sequences().Classification(
        new SequenceClassificationTrainer.Options
        {
            Network = network, Pooling = Pooling.Attention, EmbeddingSize = 6, OutputAttention = true,
            Epochs = 30, BatchSize = 16, LearningRate = 0.01f, Target = target, Seed = seed,
        })).Fit(questions);

static IReadOnlyList<string> Labels(SequencePredictionTransformer model) => model.Info.Labels!.Values!;

// Columns of a saved model, and the inputs of its file that have the same.
static Dictionary<string, string> Columns(params (string Column, string Input)[] columns) =>
    columns.ToDictionary(column => column.Column, column => column.Input);

TensorInputs Tokens(string sentence) => new() { ["tokens"] = TensorData.Vector(tokenizer.EncodeKeys(sentence)) };

// The same with another node at the first place.
static TensorInputs With(TensorInputs inputs, string index, long node)
{
    var other = new TensorInputs();
    foreach (var (name, tensor) in inputs)
        other[name] = name == index ? TensorData.Create([node, .. tensor.As<long>()[1..]], [.. tensor.Sizes]) : tensor;
    return other;
}

static EdgeRow Friendship((int A, int B) pair) => new() { Source = $"n{pair.A}", Target = $"n{pair.B}" };

static long Row(string id) => long.Parse(id.AsSpan(1));

// Saves the model for ml.Model.Load, and says how large it is and how well it does.
void Finish(string model, ITransformer transformer, IDataView rows)
{
    var scored = transformer.Transform(rows);
    ml.Model.SaveWhole(transformer, rows.Schema, expected.File(model, "zip"));
    var kilobytes = Directory.GetFiles(folder, $"{model}*.onnx").Sum(file => new FileInfo(file).Length) / 1024.0;
    var accuracy = scored.Schema.GetColumnOrNull("PredictedLabel") is null || rows.Schema.GetColumnOrNull("Label") is null ? ""
        : $"{(model == "tags" ? ml.Sequences().EvaluateTagging(scored).MicroAccuracy
            : ml.Sequences().EvaluateClassification(scored).MicroAccuracy):0.000}";
    Console.WriteLine($"{model,-20}{kilobytes,6:0.0}   {accuracy}");
}
