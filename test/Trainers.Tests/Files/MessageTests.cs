using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>What errors say: the column or file, what was found, what was expected.</summary>
[TestClass]
public sealed class MessageTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public string Class { get; set; } = "";
    }

    private IDataView Rows(string what = "") => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(i => new Row
    {
        Features = [i, 1, 2, i], Class = what.Length == 0 ? "" : $"{what}{i % 2}",
    }).ToArray());

    private SequencePredictionTransformer Train(IDataView rows, Action<SequenceClassificationTrainer.Options>? change = null)
    {
        SequenceClassificationTrainer.Options options = new() { Network = SequenceNetwork.Gru(4), Epochs = 1 };
        change?.Invoke(options);
        return _ml.Sequences().Classification(options).Fit(_ml.Transforms.Conversion.MapValueToKey("Label", "Class")
            .Append(_ml.Transforms.Conversion.MapValueToKey("Keys", "Features")).Fit(rows).Transform(rows));
    }

    private static void Says(string message, Action run)
    {
        var error = Assert.Throws<Exception>(run);
        StringAssert.Contains(error.Message, message, error.GetType().Name);
    }

    [TestMethod]
    public void Rows_without_labels_are_said_to_have_none() =>
        Says("Column 'Label', row 0: the label is missing, or a value that MapValueToKey has not seen; expected a label: the column knows "
            + "one class at most, as where no row has any", () => Train(Rows()));

    [TestMethod]
    public void FeatureCount_is_named_where_it_does_not_fit()
    {
        Says("a sequence of tokens: expected no FeatureCount, found 2; it is for series",
            () => Train(Rows("a"), options => (options.SequenceColumnName, options.FeatureCount) = ("Keys", 2)));
        Says("expected a multiple of 3, the features of a step (FeatureCount)",
            () => Train(Rows("a"), options => options.FeatureCount = 3));
    }

    [TestMethod]
    public void Columns_and_nodes_of_edges_are_named()
    {
        var edges = _ml.Data.LoadFromEnumerable(new[] { new Friendship("n1", "zz", 0, 0) });
        void Fit(GraphEdgeColumns columns) =>
            _ml.Graphs().NodeClassification(new() { Edges = columns, NodeIdColumnName = "Id", Epochs = 1 }).Fit(TwoCliques.View(_ml));
        Says("Column 'Target' of the edges, row 0: found node 'zz', which column 'Id' of the nodes doesn't have; expected one of its "
            + $"{2 * TwoCliques.Size} nodes. A trained model is given a graph with other nodes by WithGraph.", () => Fit(new(edges)));
        Says("Column 'Form' of the edges not found; they have columns Source, Target,",
            () => Fit(new(edges) { SourceColumnName = "Form" }));
        Says("SourceColumnName asks for it.", () => Fit(new(edges) { SourceColumnName = "Form" }));
        Says("TargetColumnName asks for it.", () => Fit(new(edges) { TargetColumnName = "" }));
        Says("Column 'Source' of the edges is both SourceColumnName and TargetColumnName; expected two columns",
            () => Fit(new(edges) { TargetColumnName = "Source" }));
        Says("Column 'Source' of the edges is String; expected Single for WeightColumnName",
            () => Fit(new(edges) { WeightColumnName = "Source" }));
    }

    [TestMethod]
    public void Text_is_no_model()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.onnx");
        File.WriteAllText(path, "name,value\nnothing of the kind,1\nand so on and on and on and on,2\n");
        const string said = "model.onnx': it is text, beginning with 'name,value', not an ONNX model";
        Says(said, () => _ml.Transforms.ApplySequenceModel(path));
        Says(said, () => OnnxSession.Load(path));
        Says(said, () => OnnxFile.Inspect(path));
        Says("model.onnx' is no model saved by ML.NET", () => _ml.Model.LoadSequenceGraph(path, out _));
    }

    [TestMethod]
    public void Smaller_numbers_need_rows()
    {
        using var folder = new TemporaryFolder();
        using var model = Train(Rows("a"));
        Says("compared on rows, and none were given: expected model.ExportToOnnx(path, Precision.Int8, rows)",
            () => model.ExportToOnnx(folder.File("a.onnx"), new OnnxExportOptions { Precision = Precision.Int8 }));
    }

    [TestMethod]
    public void A_file_whose_random_name_ends_in_ort_is_told_from_damaged_ones()
    {
        using var folder = new TemporaryFolder();
        using var model = Train(Rows("a"));
        model.ExportToOnnx(folder.File("model.onnx"));
        File.Copy(folder.File("model.onnx"), folder.File("random.ort"));
        StringAssert.Contains(Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(folder.File("random.ort"))).Message,
            SavedModel.OtherFormat);
    }
}
