using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

[TestClass]
public class WindowCuttingTests
{
    private static readonly MLContext Ml = new(1);

    /// <summary>Sequences of 10, 4 and 7 steps of 2 features; the value of a feature is 100·row + 10·step + feature.</summary>
    private static TestView Data() => new TestView.Builder()
        .AddText("Name", row => $"s{row}")
        .AddVector("Series", NumberDataViewType.Single, Values, 0, 2)
        .Rows(3);

    private static float[] Values(long row) =>
        [.. Enumerable.Range(0, 2 * new[] { 10, 4, 7 }[row]).Select(i => 100f * row + 10 * (i / 2) + i % 2)];

    private static IDataView Cut(IDataView data, WindowCuttingEstimator.Options options)
    {
        options.InputColumnName ??= "Series";
        options.OutputColumnName = "Window";
        return Ml.Transforms.CutWindows(options).Fit(data).Transform(data);
    }

    private static float[][] Vectors(IDataView data, string name) => [.. data.GetColumn<float[]>(name)];

    [TestMethod]
    public void WindowsAndTheirTargetsAreCutInOrderAndOtherColumnsCopied()
    {
        var windows = Cut(Data(), new() { WindowSteps = 3, Stride = 2, Horizon = 1, StartColumnName = "Start" });
        CollectionAssert.AreEqual(new[] { "s0", "s0", "s0", "s0", "s1", "s2", "s2" }, windows.GetColumn<string>("Name").ToArray());
        CollectionAssert.AreEqual(new[] { 0, 2, 4, 6, 0, 0, 2 }, windows.GetColumn<int>("Start").ToArray());
        var cut = Vectors(windows, "Window");
        CollectionAssert.AreEqual(new float[] { 0, 1, 10, 11, 20, 21 }, cut[0]);
        CollectionAssert.AreEqual(new float[] { 20, 21, 30, 31, 40, 41 }, cut[1]);
        CollectionAssert.AreEqual(new float[] { 220, 221, 230, 231, 240, 241 }, cut[6]);
        var targets = Vectors(windows, "Label");
        CollectionAssert.AreEqual(new float[] { 30, 31 }, targets[0]);
        CollectionAssert.AreEqual(new float[] { 250, 251 }, targets[6]);
        Assert.AreEqual("Vector<Single, 3, 2>", windows.Schema["Window"].Type.ToString());
        Assert.AreEqual("Vector<Single, 1, 2>", windows.Schema["Label"].Type.ToString());
        Assert.AreEqual(2, SequenceColumn.FromSchema(windows.Schema, "Window").FeatureCount);
        Assert.AreEqual(3, SequenceColumn.FromSchema(windows.Schema, "Window").Steps);
    }

    [TestMethod]
    public void TargetsCanBeSomeFeaturesAndOneValueIsAScalar()
    {
        var windows = Cut(Data(), new() { WindowSteps = 2, Stride = 100, Horizon = 2, TargetFeatures = [1] });
        CollectionAssert.AreEqual(new float[] { 21, 31 }, Vectors(windows, "Label")[0]);
        windows = Cut(Data(), new() { WindowSteps = 2, Stride = 100, Horizon = 1, TargetFeatures = [1] });
        Assert.AreEqual(NumberDataViewType.Single, windows.Schema["Label"].Type);
        CollectionAssert.AreEqual(new float[] { 21, 121, 221 }, windows.GetColumn<float>("Label").ToArray());
        var single = new TestView.Builder()
            .Add("Series", new VectorDataViewType(NumberDataViewType.Single), _ => new VBuffer<float>(4, [1, 2, 3, 4])).Rows(1);
        windows = Cut(single, new() { WindowSteps = 2, Horizon = 1 });
        Assert.AreEqual(NumberDataViewType.Single, windows.Schema["Label"].Type);
        CollectionAssert.AreEqual(new float[] { 3, 4 }, windows.GetColumn<float>("Label").ToArray());
        windows = Cut(Data(), new() { WindowSteps = 2, Stride = 100, Horizon = 2, TargetFeatures = [1, 0] });
        CollectionAssert.AreEqual(new float[] { 21, 20, 31, 30 }, Vectors(windows, "Label")[0]);
    }

    [TestMethod]
    public void TheLastWindowIsTheOneToForecastFrom()
    {
        var windows = Cut(Data(), new() { WindowSteps = 4, LastWindowOnly = true, StartColumnName = "Start" });
        CollectionAssert.AreEqual(new[] { 6, 0, 3 }, windows.GetColumn<int>("Start").ToArray());
        CollectionAssert.AreEqual(new float[] { 230, 231, 240, 241, 250, 251, 260, 261 }, Vectors(windows, "Window")[2]);
        Assert.IsNull(windows.Schema.GetColumnOrNull("Label"));
    }

    [TestMethod]
    public void ShortSequencesAreAnErrorOrLeftOut()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => Vectors(Cut(Data(), new() { WindowSteps = 4, Horizon = 2 }), "Window"));
        Assert.AreEqual("Column 'Series', row 1: 4 steps, expected at least 4 for a window and 2 for its target; "
            + "set SkipShortSequences to leave such sequences out.", error.Message);
        var windows = Cut(Data(), new() { WindowSteps = 4, Horizon = 2, SkipShortSequences = true });
        CollectionAssert.AreEqual(new[] { "s0", "s0", "s0", "s0", "s0", "s2", "s2" }, windows.GetColumn<string>("Name").ToArray());
    }

    [TestMethod]
    public void LengthsHaveToBeMultiplesOfTheFeatureCount()
    {
        var data = new TestView.Builder().AddVector("Series", NumberDataViewType.Single, row => new float[row == 2 ? 7 : 6]).Rows(3);
        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => Vectors(Cut(data, new() { WindowSteps = 1, FeatureCount = 2 }), "Window"));
        Assert.AreEqual("Column 'Series', row 2: 7 values, expected a multiple of 2, the features of a step (FeatureCount).",
            error.Message);
    }

    [TestMethod]
    public void WindowsOfTokensKeepTheirKeyValuesAndPredictTheNextToken()
    {
        IDataView data = Ml.Data.LoadFromEnumerable(new[] { new Line { Text = "a b c a b" } });
        var pipeline = Ml.Transforms.Text.TokenizeIntoWords("Words", "Text").Append(Ml.Transforms.Conversion.MapValueToKey("Words"))
            .Append(Ml.Transforms.CutWindows("Context", 2, "Words", horizon: 1, targetColumnName: "Next"))
            .Append(Ml.Transforms.Conversion.MapKeyToValue("NextWord", "Next"))
            .Append(Ml.Transforms.Conversion.MapKeyToValue("ContextWords", "Context"));
        var shape = pipeline.GetOutputSchema(SchemaShapes.FromSchema(data.Schema));
        Assert.AreEqual((true, SchemaShape.Column.VectorKind.Scalar), (shape.Require("Next").IsKey, shape.Require("Next").Kind));
        Assert.AreEqual((true, SchemaShape.Column.VectorKind.Vector), (shape.Require("Context").IsKey, shape.Require("Context").Kind));
        var windows = pipeline.Fit(data).Transform(data);
        Assert.AreEqual(2, SequenceColumn.FromSchema(windows.Schema, "Context").Steps);
        CollectionAssert.AreEqual(new[] { "c", "a", "b" }, windows.GetColumn<string>("NextWord").ToArray());
        CollectionAssert.AreEqual(new[] { "a b", "b c", "c a" },
            windows.GetColumn<string[]>("ContextWords").Select(words => string.Join(" ", words)).ToArray());
        Assert.AreEqual(3, SequenceLabel.Class(windows.Schema, "Next").Count);
    }

    [TestMethod]
    public void IntegersAndSparseSequencesAreCutToo()
    {
        var data = new TestView.Builder()
            .Add("Series", new VectorDataViewType(NumberDataViewType.Int64), _ => new VBuffer<long>(5, 2, [7, 8], [1, 3])).Rows(1);
        var windows = Cut(data, new() { WindowSteps = 2, Horizon = 2 });
        var cut = windows.GetColumn<long[]>("Window").ToArray();
        CollectionAssert.AreEqual(new long[] { 0, 7 }, cut[0]);
        CollectionAssert.AreEqual(new long[] { 7, 0 }, cut[1]);
        var targets = windows.GetColumn<long[]>("Label").ToArray();
        CollectionAssert.AreEqual(new long[] { 0, 8 }, targets[0]);
        CollectionAssert.AreEqual(new long[] { 8, 0 }, targets[1]);
    }

    [TestMethod]
    public void RowsHaveIdsOfTheirOwnAndOnlyWhatIsNeededIsRead()
    {
        var data = Data();
        var windows = Cut(data, new() { WindowSteps = 2 });
        using var cursor = windows.GetRowCursor([windows.Schema["Window"]]);
        var getId = cursor.GetIdGetter();
        var ids = new HashSet<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getId(ref id);
            Assert.AreEqual(ids.Count, cursor.Position);
            Assert.IsTrue(ids.Add(id));
        }

        Assert.HasCount(18, ids);
        Assert.IsFalse(cursor.IsColumnActive(windows.Schema["Name"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(windows.Schema["Name"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(windows.Schema["Window"]));
        Assert.HasCount(1, windows.GetRowCursorSet(windows.Schema, 4));
    }

    [TestMethod]
    public void SchemaShapeAndOptionsAreChecked()
    {
        var estimator = Ml.Transforms.CutWindows("Window", 3, "Series", horizon: 2);
        var shape = estimator.GetOutputSchema(SchemaShapes.FromSchema(Data().Schema));
        CollectionAssert.AreEqual(new[] { "Name", "Series", "Window", "Label" }, shape.Select(column => column.Name).ToArray());
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, shape.Require("Label").Kind);
        Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.CutWindows("Window", 3, "Nope").Fit(Data()));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => Ml.Transforms.CutWindows("Window", 3, "Name").GetOutputSchema(SchemaShapes.FromSchema(Data().Schema))).Message,
            "Column 'Name' is String: expected a vector of keys");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.CutWindows("Window", 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.CutWindows("Window", 1, stride: 0));
        Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.CutWindows("Window", 1, horizon: 1, targetColumnName: "Window"));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => Cut(Data(), new() { WindowSteps = 1, Horizon = 1, TargetFeatures = [2] })).Message, "there is no target feature 2");
    }

    [TestMethod]
    public void SavingSaysWhatToDoInstead()
    {
        var data = Data();
        var transformer = Ml.Transforms.CutWindows("Window", 3, "Series").Fit(data);
        var error = Assert.ThrowsExactly<NotSupportedException>(() => SavedModels.Reload(transformer, data.Schema));
        StringAssert.Contains(error.Message, "Put LastWindow() of the transformer in its place");
        Assert.IsFalse(transformer.IsRowToRowMapper);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => transformer.GetRowToRowMapper(data.Schema)).Message,
            "LastWindow()");
        var words = Ml.Transforms.TokenizeText("Words", "Name").Fit(data).Transform(data);
        var ofKeys = Ml.Transforms.CutWindows("Window", 1, "Words").Fit(words).LastWindow();
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => SavedModels.Reload(ofKeys, words.Schema)).Message,
            "column 'Words'");
    }

    [TestMethod]
    public void TheLastWindowIsSavedAndPredictedFrom()
    {
        var rows = Enumerable.Range(0, 3).Select(row => new Series { Values = Values(row) }).ToArray();
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(rows);
        var cut = ml.Transforms.CutWindows(new() { OutputColumnName = "Window", InputColumnName = "Values", WindowSteps = 3, Horizon = 1,
            FeatureCount = 2, StartColumnName = "Start" }).Fit(data);
        var last = cut.LastWindow();
        Assert.IsTrue(last.IsRowToRowMapper);
        var (loaded, schema) = SavedModels.Reload(last, data.Schema);
        Assert.AreEqual("Vector<Single, 3, 2>", last.Transform(data).Schema["Window"].Type.ToString());
        SavedModels.SameColumns(last.Transform(data), loaded.Transform(data), "Window");
        foreach (var one in (ITransformer[])[last, loaded])
        {
            using var engine = ml.Model.CreatePredictionEngine<Series, Found>(one, schema);
            CollectionAssert.AreEqual(new float[] { 70, 71, 80, 81, 90, 91 }, engine.Predict(rows[0]).Window);
            CollectionAssert.AreEqual(new float[] { 110, 111, 120, 121, 130, 131 }, engine.Predict(rows[1]).Window);
            var error = Assert.Throws<Exception>(() => engine.Predict(new() { Values = [1, 2, 3, 4] }));
            StringAssert.Contains(error.ToString(), "expected at least 3");
            error = Assert.Throws<Exception>(() => engine.Predict(new() { Values = [1, 2, 3, 4, 5, 6, 7] }));
            StringAssert.Contains(error.ToString(), "expected a multiple of 2");
        }
    }

    [TestMethod]
    public void TheLastWindowOfNumbersIsSavedWithItsType()
    {
        var data = new TestView.Builder().AddVector("Tokens", NumberDataViewType.Int64, row => new long[] { row, 5, 6, 7 }).Rows(2);
        var last = Ml.Transforms.CutWindows("Window", 2, "Tokens").Fit(data).LastWindow();
        var loaded = SavedModels.Reload(last, data.Schema).Model;
        SavedModels.SameColumns(last.Transform(data), loaded.Transform(data), "Window");
        Assert.AreEqual("6 7", SavedModels.Values(loaded.Transform(data), "Window")[1]);
    }

    private sealed class Line
    {
        public string Text { get; set; } = "";
    }

    private sealed class Series
    {
        public float[] Values { get; set; } = [];
    }

    private sealed class Found
    {
        public float[] Window { get; set; } = [];
    }
}
