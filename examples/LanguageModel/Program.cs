using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
var text = File.ReadAllText("/work/shared/data/tinyshakespeare/input.txt");
var chars = text.Distinct().Order().ToArray();
var ids = text.Select(c => Array.IndexOf(chars, c)).ToArray();
int cut = ids.Length * 9 / 10;
var ml = new MLContext(1);
IDataView View(int[] all) => ml.Data.LoadFromEnumerable(new[] { new Row { Features = all } });
var kind = args[0];
int hidden = int.Parse(args[1]), layers = int.Parse(args[2]), epochs = int.Parse(args[3]), batch = int.Parse(args[4]), window = int.Parse(args[5]);
float rate = float.Parse(args[6]), dropout = float.Parse(args[7]);
var clock = System.Diagnostics.Stopwatch.StartNew();
var model = ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
{
    Decoder = kind == "lstm" ? SequenceDecoder.Lstm(hidden, layers, dropout)
        : SequenceDecoder.Transformer(new() { Width = hidden, Layers = layers, Heads = hidden / 64, Dropout = dropout, Positions = PositionEncoding.Rotary, Activation = FeedForwardActivation.Gelu }),
    EmbeddingWidth = kind == "lstm" ? 128 : hidden, TieEmbeddings = false, Dropout = kind == "lstm" ? dropout : 0, MarkEnds = false, WindowLength = window, VocabularySize = chars.Length,
    Epochs = epochs, BatchSize = batch, LearningRate = rate, GradientClipNorm = 1, Optimizer = kind == "lstm" ? new Adam() : new AdamW { WeightDecay = 0.1f }, Schedule = LearningRateSchedule.WarmUp(100, LearningRateSchedule.Cosine(0.05f)), Seed = 1,
    OnEpoch = e => Console.WriteLine($"{clock.Elapsed.TotalSeconds:0} s  {e}"),
}).Fit(View(ids[..cut]), View(ids[cut..]));
var metrics = model.Evaluate(View(ids[cut..]));
Console.WriteLine($"{metrics} perplexity {metrics.Perplexity}");
var prompt = "ROMEO:".Select(c => (long)Array.IndexOf(chars, c) + 1).ToArray();
foreach (var s in model.Generator.Sample(GenerationInput.FromPrompts(prompt), new() { Temperature = 0.8 }, new() { MaximumLength = 300 }))
    Console.WriteLine(string.Concat(s.Tokens.Select(t => chars[t - 1])));
class Row { public int[] Features { get; set; } = []; }
