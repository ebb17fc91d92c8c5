using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Sentences about images: trained, exported, saved, scored, and refused where images don't fit.</summary>
[TestClass]
public class CaptionTests
{
    private static readonly ImageShape Shape = new(4, 4, 2);
    private static readonly MLContext Ml = new(1);

    private sealed class Row
    {
        public float[] Pixels { get; set; } = [];

        [KeyType(4)]
        public uint[] Words { get; set; } = [];

        [KeyType(2)]
        public uint Mood { get; set; }
    }

    // Bright above or below (words 1, 2), in the first channel or the second (words 3, 4).
    private static IDataView Rows(int count, int pixels = 16)
    {
        var random = new Random(4);
        var rows = Enumerable.Range(0, count).Select(i => new Row
        {
            Pixels = [.. Enumerable.Range(0, 2 * pixels).Select(element => 0.2f * random.NextSingle()
                + (element / 2 < 8 == (i % 2 == 0) && element % 2 == i / 2 % 2 ? 1 : 0))],
            Words = [(uint)(i % 2) + 1, (uint)(i / 2 % 2) + 3, .. i % 2 == 0 ? (uint[])[1] : []],
            Mood = (uint)(i % 2),
        });
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2 * pixels);
        return Ml.Data.LoadFromEnumerable(rows.ToArray(), schema);
    }

    private static readonly TransformerOptions Small = new() { Hidden = 16, Heads = 2, Layers = 1, FeedForwardSize = 16 };

    private static readonly Dictionary<string, (SequenceNetwork Encoder, SequenceDecoder Decoder, int Looked)> Networks = new()
    {
        ["ConvNet, LSTM with attention"] = (ImageNetwork.ConvNet(Shape, 4, 1, 0), SequenceDecoder.Lstm(16, attention:
            SourceAttention.Additive(8)), 4),
        ["ViT, Transformer"] = (ImageNetwork.VisionTransformer(Shape, 2, Small), SequenceDecoder.Transformer(Small), 4),
        ["ResNet, GRU"] = (ImageNetwork.ResNet(Shape, 4, 1), SequenceDecoder.Gru(16), 0),
    };

    public static IEnumerable<object[]> Cases => from name in Networks.Keys from beams in (int[])[1, 3] select new object[] { name, beams };

    private static TranslationTrainer.Options Options(string name, int epochs, int beams = 1) => new()
    {
        Encoder = Networks[name].Encoder, Decoder = Networks[name].Decoder, SourceColumnName = nameof(Row.Pixels),
        TargetColumnName = nameof(Row.Words), Epochs = epochs, BatchSize = 8, EmbeddingSize = 16, LearningRate = 1e-2f, MaximumLength = 6,
        BeamWidth = beams, OutputAttention = Networks[name].Looked > 0, Target = ExecutionTarget.Cpu(1),
    };

    private static string Words(IDataView view, string column) => string.Join(" | ",
        view.GetColumn<VBuffer<uint>>(column).Select(words => string.Join(' ', words.DenseValues())));

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Trained_exported_saved_and_scored(string name, int beams)
    {
        var rows = Rows(24);
        var trained = Ml.Sequences().Translation(Options(name, 30, beams)).Fit(rows);
        var scored = trained.Transform(rows);
        Assert.AreEqual(Words(rows, nameof(Row.Words)), Words(scored, "PredictedLabel"));
        Assert.IsLessThan(1e-4, trained.Verification.LargestDifference);
        Assert.AreEqual(Shape, trained.Info.Input.Image);
        if (Networks[name].Looked is > 0 and var looked)
            foreach (var (words, attention) in scored.GetColumn<VBuffer<uint>>("PredictedLabel")
                .Zip(scored.GetColumn<float[]>("Attention")))
            {
                Assert.HasCount(words.Length * looked, attention);
                Assert.AreEqual(words.Length, attention.Sum(), 1e-3f);
            }
        using var folder = new TemporaryFolder();
        trained.ExportToOnnx(folder.Path);
        using (var generator = SequenceGenerator.Load(folder.File("decoder.onnx"), folder.File("encoder.onnx")))
        {
            Assert.IsFalse(generator.ReadsSource);
            var pixels = rows.GetColumn<float[]>(nameof(Row.Pixels)).First();
            var written = generator.Greedy(GenerationInput.FromPrompts([generator.Info.StartToken!.Value])
                .With("features", TensorData.Create(pixels, 1, 16, 2)))[0];
            CollectionAssert.AreEqual((long[])[1, 3, 1], written.Tokens);
        }
        Ml.Model.SaveWhole(trained, rows.Schema, folder.File("model.zip"));
        Assert.AreEqual(Words(scored, "PredictedLabel"), Words(new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(rows),
            "PredictedLabel"));
        Assert.AreEqual(Words(scored, "PredictedLabel"), Words(new MLContext().Model.LoadSequenceGraph(folder.File("model.zip"), out _)
            .Transform(rows), "PredictedLabel"));
    }

    [TestMethod]
    public void Further_inputs_are_read_too()
    {
        var options = Options("ViT, Transformer", 1);
        options.Inputs = [InputColumn.Category(nameof(Row.Mood))];
        var rows = Rows(12);
        var trained = Ml.Images().Captioning(options.Encoder, options.Decoder, nameof(Row.Pixels), nameof(Row.Words), epochs: 1).Fit(rows);
        Assert.IsEmpty(trained.Info.Sides);
        trained = Ml.Sequences().Translation(options).Fit(rows);
        using var folder = new TemporaryFolder();
        Ml.Model.SaveWhole(trained, rows.Schema, folder.File("model.zip"));
        Assert.AreEqual(Words(trained.Transform(rows), "PredictedLabel"), Words(new MLContext().Model.Load(folder.File("model.zip"), out _)
            .Transform(rows), "PredictedLabel"));
    }

    [TestMethod]
    public void Bad_images()
    {
        var options = Options("ViT, Transformer", 1);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.Sequences().Translation(options).Fit(Rows(8, 20))).Message,
            "Column 'Pixels' is Vector<Single, 40>, but the network reads images of 4 x 4 pixels of 2 channels");
        var trained = Ml.Sequences().Translation(options).Fit(Rows(8));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Words(trained.Transform(Rows(8, 20)), "PredictedLabel")).Message,
            "reads images of 4 x 4 pixels");
        options.SourceColumnName = nameof(Row.Words);
        options.TargetColumnName = nameof(Row.Words);
        Assert.Throws<ArgumentException>(() => Ml.Sequences().Translation(options).Fit(Rows(8)));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.Images().Captioning(SequenceNetwork.Lstm())).Message,
            "reads sequences of any length; expected one of ImageNetwork");
    }
}
