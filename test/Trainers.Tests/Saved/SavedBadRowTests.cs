using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>What loaded models make of rows that can't be read: what the saved ones did.</summary>
[TestClass]
public class SavedBadRowTests
{
    private readonly MLContext _ml = new(1);

    public sealed class Row
    {
        public float[] Series { get; set; } = [1, 2];

        [KeyType(4)]
        public uint[] Words { get; set; } = [0, 1];

        [VectorType(2)]
        public float[] Age { get; set; } = [1, 2];

        [KeyType(2)]
        public uint Label { get; set; }

        public bool Flag { get; set; }

        public float Number { get; set; }

        [KeyType(2)]
        public uint[] Tags { get; set; } = [1, 2];
    }

    private static readonly int[] Bad = [2, 3, 4];

    private IDataView View(bool withBad, bool onlyGood = false)
    {
        Row[] rows = [.. Enumerable.Range(0, 16).Select(i => new Row
        {
            Series = [i % 3, 1 + i % 2], Words = [(uint)(i % 4), 1], Label = (uint)(i % 2), Flag = i % 2 == 0, Number = i,
            Age = [i, 1],
        })];
        if (withBad)
        {
            (rows[2].Series, rows[2].Words, rows[2].Tags) = ([], [], []);
            (rows[3].Series, rows[3].Words, rows[3].Tags) = ([1, float.NaN], [], []);
            (rows[4].Series, rows[4].Words, rows[4].Tags) = ([float.PositiveInfinity], [], []);
        }
        return _ml.Data.LoadFromEnumerable(onlyGood ? rows.Where((_, i) => !Bad.Contains(i)).ToArray() : rows);
    }

    private ITransformer Train(string task, string column, BadRows badRows, SequenceNetwork? network = null)
    {
        void Set(SequenceTrainerOptions options, string label)
        {
            (options.SequenceColumnName, options.LabelColumnName, options.BadRows, options.Epochs) = (column, label, badRows, 2);
            (options.Target, options.EmbeddingSize, options.Network) = (ExecutionTarget.Cpu(1), 4, network ?? SequenceNetwork.Gru(4));
            options.Inputs = task == "tags" ? [] : [InputColumn.Vector("Age")];
        }
        var data = View(withBad: false);
        switch (task)
        {
            case "class":
                SequenceClassificationTrainer.Options classes = new();
                Set(classes, "Label");
                return _ml.Sequences().Classification(classes).Fit(data);
            case "binary":
                SequenceBinaryClassificationTrainer.Options binary = new();
                Set(binary, "Flag");
                return _ml.Sequences().BinaryClassification(binary).Fit(data);
            case "number":
                SequenceRegressionTrainer.Options number = new();
                Set(number, "Number");
                return _ml.Sequences().Regression(number).Fit(data);
            default:
                SequenceTaggingTrainer.Options tags = new();
                Set(tags, "Tags");
                return _ml.Sequences().Tagging(tags).Fit(data);
        }
    }

    private MemoryStream Saved(ITransformer model)
    {
        var file = new MemoryStream();
        _ml.Model.Save(model, View(false).Schema, file);
        return file;
    }

    // Score of each row, whether it is a Single or a vector.
    private static float[][] Scores(IDataView view) => view.Schema["Score"].Type is VectorDataViewType
        ? [.. view.GetColumn<float[]>("Score")] : [.. view.GetColumn<float>("Score").Select(score => new[] { score })];

    [TestMethod]
    [DataRow("class", "Series")]
    [DataRow("class", "Words")]
    [DataRow("binary", "Series")]
    [DataRow("number", "Words")]
    [DataRow("tags", "Series")]
    [DataRow("tags", "Words")]
    public void Skipped_rows_have_no_prediction_in_stock_ML_NET_and_in_ours(string task, string column)
    {
        var model = Train(task, column, BadRows.Skip);
        var all = View(withBad: true);
        var (expected, file) = (Scores(model.Transform(all)), Saved(model));
        foreach (var loaded in (ITransformer[])[new MLContext().Model.Load(file, out _), _ml.Model.LoadSequenceGraph(file, out _)])
        {
            var view = loaded.Transform(all);
            var scores = Scores(view);
            for (var row = 0; row < expected.Length; row++)
            {
                Assert.HasCount(expected[row].Length, scores[row], $"row {row}");
                for (var i = 0; i < scores[row].Length; i++)
                    Assert.AreEqual(expected[row][i], scores[row][i], 1e-5f, $"row {row}");
                Assert.AreEqual(Bad.Contains(row), task == "tags" ? scores[row].Length == 0 : float.IsNaN(scores[row][0]), $"row {row}");
            }
            if (task == "class")
                CollectionAssert.AreEqual(model.Transform(all).GetColumn<uint>("PredictedLabel").ToArray(),
                    view.GetColumn<uint>("PredictedLabel").ToArray());
            if (task == "binary")
            {
                CollectionAssert.AreEqual(model.Transform(all).GetColumn<bool>("PredictedLabel").ToArray(),
                    view.GetColumn<bool>("PredictedLabel").ToArray());
            }
            if (task == "tags")
                Assert.IsTrue(view.GetColumn<uint[]>("PredictedLabel").Select(tags => tags.Length).SequenceEqual(
                    expected.Select(row => row.Length / 2)));
        }
        // what loads it may say otherwise
        var strict = _ml.Model.LoadSequenceGraph(file, out _, new() { BadRows = BadRows.Error });
        Assert.ThrowsExactly<InvalidDataException>(() => Scores(strict.Transform(all)));
    }

    private sealed class Numbers
    {
        public float[] Score { get; set; } = [];
    }

    [TestMethod]
    [DataRow("Series")]
    [DataRow("Words")]
    public void Errors_of_stock_ML_NET_lead_to_what_is_wrong_with_the_row(string column)
    {
        var file = Saved(Train("class", column, BadRows.Error));
        var stock = new MLContext().Model.Load(file, out _);
        var engine = _ml.Model.CreatePredictionEngine<Row, Numbers>(stock);
        foreach (var act in (Action[])[() => Scores(stock.Transform(View(withBad: true))),
            () => engine.Predict(new() { Series = [], Words = [] })])
        {
            var error = Assert.Throws<Exception>(act);
            StringAssert.Contains(error.GetBaseException().Message, $"column '{column}'");
            StringAssert.Contains(error.GetBaseException().Message, "the row is empty");
        }
    }

    [TestMethod]
    public void Rows_longer_than_the_network_takes_are_bad_ones()
    {
        var network = SequenceNetwork.Transformer(new() { Hidden = 8, Heads = 2, Layers = 1, Positions = PositionEncoding.Learned,
            MaxPositions = 3 });
        var model = Train("class", "Words", BadRows.Skip, network);
        var data = _ml.Data.LoadFromEnumerable(new[] { new Row { Words = [0, 1, 2] }, new Row { Words = [0, 1, 2, 3, 0] }, new Row() });
        var stock = new MLContext().Model.Load(Saved(model), out _).Transform(data);
        CollectionAssert.AreEqual(new[] { false, true, false }, Scores(stock).Select(scores => float.IsNaN(scores[0])).ToArray());
    }

    [TestMethod]
    [DataRow("Series")]
    [DataRow("Words")]
    public void Errors_of_stock_ML_NET_name_the_columns(string column)
    {
        var file = Saved(Train("class", column, BadRows.Error));
        var stock = new MLContext().Model.Load(file, out _);
        Assert.HasCount(13, Scores(stock.Transform(View(withBad: true, onlyGood: true))));
        var error = Assert.Throws<Exception>(() => Scores(stock.Transform(View(withBad: true))));
        StringAssert.Contains(error.ToString(),
            $"column '{column}' or column 'Age': the row is empty, too long, or has a number that is NaN or infinite");
        var ours = _ml.Model.LoadSequenceGraph(file, out _);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Scores(ours.Transform(View(withBad: true)))).Message,
            "row 2");
    }

    [TestMethod]
    public void Language_models_keep_it_too()
    {
        LanguageModelTrainer.Options options = new()
        {
            TokenColumnName = "Words", Decoder = SequenceDecoder.Gru(hidden: 4), Epochs = 1, EmbeddingSize = 4, BadRows = BadRows.Skip,
            Target = ExecutionTarget.Cpu(1),
        };
        using var model = _ml.Sequences().LanguageModel(options).Fit(View(false));
        var file = Saved(model);
        foreach (var loaded in (ITransformer[])[_ml.Model.Load(file, out _), _ml.Model.LoadSequenceGraph(file, out _)])
            CollectionAssert.AreEqual(model.Transform(View(true)).GetColumn<float[]>("Score").Select(row => row.Length).ToArray(),
                loaded.Transform(View(true)).GetColumn<float[]>("Score").Select(row => row.Length).ToArray());
        options.BadRows = BadRows.Error;
        using var strict = _ml.Sequences().LanguageModel(options).Fit(View(false));
        var stock = _ml.Model.Load(Saved(strict), out _);
        StringAssert.Contains(Assert.Throws<Exception>(() => Scores(stock.Transform(View(true)))).ToString(), "the sequence is empty");
    }

    [TestMethod]
    public void Models_of_graphs_come_back_as_ours()
    {
        var shapes = Shapes();
        using var model = _ml.Graphs().GraphClassification(new()
        {
            Columns = new() { NodeFeatureCount = 2 }, Network = GraphNetwork.Gat(4, 2, dropout: 0), Epochs = 2, BadRows = BadRows.Skip,
            OutputAttention = true, OutputVector = true, Target = ExecutionTarget.Cpu(1),
        }).Fit(Graphs.Shape.View(_ml, shapes));
        (shapes[1].NodeFeatures, shapes[3].Edges) = ([], [0, 99]);
        var data = Graphs.Shape.View(_ml, shapes);
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        var loaded = _ml.Model.LoadSequenceGraph(file, out _);
        Assert.IsInstanceOfType<GraphScoringTransformer>(loaded);
        var (expected, found) = (model.Transform(data), loaded.Transform(data));
        CollectionAssert.AreEqual(expected.GetColumn<uint>("PredictedLabel").ToArray(), found.GetColumn<uint>("PredictedLabel").ToArray());
        foreach (var column in (string[])["Score", "Vector", "Attention"])
            CollectionAssert.AreEqual(expected.GetColumn<float[]>(column).SelectMany(row => row).ToArray(),
                found.GetColumn<float[]>(column).SelectMany(row => row).ToArray(), column);
        Assert.AreEqual(2, found.GetColumn<float[]>("Score").Count(scores => float.IsNaN(scores[0])));
        // stock ML.NET reads it as ever
        var stock = new MLContext().Model.Load(file, out _).Transform(Graphs.Shape.View(_ml, Shapes()));
        Assert.IsTrue(Scores(stock).All(scores => scores.All(float.IsFinite)));
    }

    private static Graphs.Shape[] Shapes() => Graphs.Shape.Make(10);

    [TestMethod]
    public void Links_stay_as_ML_NET_loads_them_and_pipelines_of_nodes_keep_their_embeddings()
    {
        LinkPredictionTrainer.Options options = new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", FeatureColumnName = "Scaled", Epochs = 2, EmbeddingSize = 3,
            Target = ExecutionTarget.Cpu(1),
        };
        var nodes = TwoCliques.View(_ml);
        var pipeline = _ml.Transforms.NormalizeMinMax("Scaled", "Features").Append(_ml.Graphs().LinkPrediction(options));
        var model = pipeline.Fit(nodes);
        float[][] expected = [.. model.Transform(nodes).GetColumn<float[]>("Embedding")];
        using var file = new MemoryStream();
        _ml.Model.Save(model, nodes.Schema, file);
        var members = TwoCliques.Nodes();
        members[5].Id = "who";
        foreach (var loaded in (ITransformer[])[new MLContext().Model.Load(file, out _), _ml.Model.LoadSequenceGraph(file, out _)])
        {
            var view = loaded.Transform(TwoCliques.View(_ml, members));
            Assert.AreEqual(3, ((VectorDataViewType)view.Schema["Embedding"].Type).Size);
            float[][] found = [.. view.GetColumn<float[]>("Embedding")];
            for (var node = 0; node < expected.Length; node++)
                for (var i = 0; i < 3; i++)
                    Assert.AreEqual(node == 5 ? float.NaN : expected[node][i], found[node][i], 1e-6f, $"node {node}");
        }
        options.FeatureColumnName = "Features";
        using var links = _ml.Graphs().LinkPrediction(options).Fit(nodes);
        var pairs = _ml.Data.LoadFromEnumerable(new Friendship[] { new("n1", "n2", 0, 0), new("n1", "who", 0, 0) });
        var score = links.Transform(_ml.Data.TakeRows(pairs, 1)).GetColumn<float>("Score").Single();
        using var linkFile = new MemoryStream();
        _ml.Model.Save(links, pairs.Schema, linkFile);
        var again = Scores(_ml.Model.LoadSequenceGraph(linkFile, out _).Transform(pairs));
        Assert.AreEqual(score, again[0][0], 1e-6f);
        Assert.IsTrue(float.IsNaN(again[1][0]));
        options.NodeIdColumnName = null;
        options.Edges = TwoCliques.ByRow(_ml);
        var byRow = _ml.Transforms.CopyColumns("Other", "Features").Append(_ml.Graphs().LinkPrediction(options)).Fit(nodes);
        StringAssert.Contains(Assert.Throws<Exception>(() => _ml.Model.Save(byRow, nodes.Schema, new MemoryStream())).ToString(),
            "The embeddings of nodes are saved by their ids: set NodeIdColumnName.");
    }

    private sealed class Distance
    {
        public float Score { get; set; }
    }

    [TestMethod]
    public void Nodes_of_every_task_have_prediction_engines()
    {
        var nodes = TwoCliques.View(_ml);
        using var model = _ml.Graphs().NodeRegression(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", LabelColumnName = "Distance", Epochs = 2,
            Target = ExecutionTarget.Cpu(1),
        }).Fit(nodes);
        using var engine = _ml.Model.CreatePredictionEngine<Member, Distance>(model);
        Assert.AreEqual(model.Transform(nodes).GetColumn<float>("Score").ElementAt(3), engine.Predict(TwoCliques.Nodes()[3]).Score, 1e-5f);
        Assert.IsTrue(float.IsNaN(engine.Predict(new() { Id = "who" }).Score));
    }
}
