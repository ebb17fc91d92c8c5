using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>Exported models of tokens read ragged batches by their padding, and say of each row what the pipeline says.</summary>
[TestClass]
public class PaddedBatchTests
{
    private static readonly MLContext Ml = new(1);

    // Known tokens are 1 to 4; keys of 0 are unknown: in the middle, at the end, alone.
    private static readonly uint[][] Rows = [[1, 2, 3, 4, 1], [2, 0, 0, 3], [4, 3, 0], [1], [0], [0, 0], [2, 2, 2, 2, 2]];

    private sealed class Row
    {
        [KeyType(4)]
        public uint[] Keys { get; set; } = [];
    }

    [TestMethod]
    [DataRow("Classification", "lstm")]
    [DataRow("Number", "transformer")]
    [DataRow("Tagging", "gru")]
    public void Rows_together_and_alone_are_what_the_pipeline_says(string task, string network)
    {
        var data = EveryForm.Mapped(Ml, 24);
        using var model = EveryForm.Trainer(Ml, task, "Keys", options => options.Network = network switch
        {
            "lstm" => SequenceNetwork.Lstm(4, bidirectional: true),
            "gru" => SequenceNetwork.Gru(4, bidirectional: true),
            _ => SequenceNetwork.Transformer(new() { Hidden = 8, Heads = 2, Layers = 1 }),
        }).Fit(data);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("model.onnx"));
        using var session = OnnxSession.Load(folder.File("model.onnx"), ExecutionTarget.Cpu(1));
        var rows = Ml.Data.LoadFromEnumerable(Rows.Select(row => new Row { Keys = row }).ToArray());
        var scored = model.Transform(rows);
        float[][] expected = Scores(scored);
        AssertSame(expected, Scores(session, Rows));
        AssertSame(expected, [.. Rows.Select(row => Scores(session, [row])[0])]);
        // what ML.NET itself loads, a row at a time
        Ml.Model.Save(model, rows.Schema, folder.File("model.zip"));
        AssertSame(expected, Scores(Ml.Model.Load(folder.File("model.zip"), out _).Transform(rows)));
    }

    private static float[][] Scores(IDataView scored) => scored.Schema["Score"].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>("Score")] : [.. scored.GetColumn<float>("Score").Select(score => new[] { score })];

    // As a client does: 0 behind the tokens, -1 for an unknown one at the end.
    private static float[][] Scores(OnnxSession session, uint[][] rows)
    {
        var longest = rows.Max(row => row.Length);
        var score = session.Run(new Dictionary<string, TensorData>
        {
            ["tokens"] = TensorData.Create([.. rows.SelectMany(row =>
                row.Select((key, step) => key == 0 && step == row.Length - 1 ? -1L : key).Concat(new long[longest - row.Length]))],
                rows.Length, longest),
        })["Score"];
        var width = score.Count / rows.Length;
        return [.. score.As<float>().Chunk((int)width).Zip(rows, (values, row) =>
            score.Sizes.Count == 3 ? values[..((int)score.Sizes[2] * row.Length)] : values)];
    }

    private static void AssertSame(float[][] expected, float[][] found)
    {
        Assert.HasCount(expected.Length, found);
        for (var row = 0; row < found.Length; row++)
        {
            Assert.HasCount(expected[row].Length, found[row], $"row {row}");
            for (var i = 0; i < found[row].Length; i++)
                Assert.AreEqual(expected[row][i], found[row][i], 1e-6f, $"row {row}");
        }
    }
}
