using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

[TestClass]
public class SequenceGroupingTests
{
    private static readonly MLContext Ml = new(1);

    private sealed class Row
    {
        public string Series { get; set; } = "";

        public float Time { get; set; }

        public float Speed { get; set; }

        [VectorType(2)]
        public float[] Position { get; set; } = [0, 0];

        public string Outcome { get; set; } = "";

        public float Weight { get; set; } = 1;
    }

    private static Row Step(string series, float time, float speed, string outcome = "ok") =>
        new() { Series = series, Time = time, Speed = speed, Position = [speed + 0.25f, speed + 0.5f], Outcome = outcome };

    private static IDataView Group(IDataView rows, params string[] carried) =>
        Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", ["Speed", "Position"], carried).Fit(rows).Transform(rows);

    private static IDataView View(params Row[] rows) => Ml.Data.LoadFromEnumerable(rows);

    private static string Error(params Row[] rows) =>
        Assert.ThrowsExactly<InvalidDataException>(() => Group(View(rows), "Outcome", "Weight").GetColumn<string>("Series")
            .ToArray()).Message;

    [TestMethod]
    public void ScatteredRowsBecomeSequencesInTheOrderOfTime()
    {
        var data = Group(View(Step("b", 3, 30), Step("a", -1, 5), Step("b", 1, 10), Step("a", -2.5f, 4), Step("b", 2.5f, 20)), "Outcome");
        CollectionAssert.AreEqual(new[] { "Series", "Signals", "Outcome" }, data.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "b", "a" }, data.GetColumn<string>("Series").ToArray());
        var signals = data.GetColumn<float[]>("Signals").ToArray();
        CollectionAssert.AreEqual(new[] { 10, 10.25f, 10.5f, 20, 20.25f, 20.5f, 30, 30.25f, 30.5f }, signals[0]);
        CollectionAssert.AreEqual(new[] { 4, 4.25f, 4.5f, 5, 5.25f, 5.5f }, signals[1]);
        CollectionAssert.AreEqual(new[] { "ok", "ok" }, data.GetColumn<string>("Outcome").ToArray());
        var column = SequenceColumn.FromSchema(data.Schema, "Signals");
        Assert.AreEqual((3, null), (column.FeatureCount, column.Steps), "The type tells the features of a step.");
        Assert.AreEqual(2, data.GetRowCount());
    }

    [TestMethod]
    public void ThePanelIsReadOnce()
    {
        var panel = new TestView.Builder().Add("Series", NumberDataViewType.Int32, row => (int)row % 3)
            .AddSingle("Time", row => -row).AddSingle("Value", row => row).Rows(30);
        var data = Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", ["Value"]).Fit(panel).Transform(panel);
        Assert.IsNull(data.GetRowCount());
        Assert.AreEqual(0, panel.RowsMoved);
        Parallel.For(0, 4, _ =>
        {
            var signals = data.GetColumn<float[]>("Signals").ToArray();
            Assert.HasCount(3, signals);
            CollectionAssert.AreEqual(new[] { 28f, 25, 22, 19, 16, 13, 10, 7, 4, 1 }, signals[1]);
        });
        Assert.AreEqual(30, panel.RowsMoved);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, data.GetColumn<int>("Series").ToArray());
    }

    [TestMethod]
    public void ErrorsNameColumnsSeriesAndRows()
    {
        Assert.AreEqual("Columns 'Series' and 'Time': series 'a' has two rows at time 1.5, rows 0 and 2; expected one.",
            Error(Step("a", 1.5f, 1), Step("a", 1, 1), Step("a", 1.5f, 2)));
        Assert.AreEqual("Column 'Outcome' differs within series 'b': 'ok' in row 1, 'crash' in row 2; a carried column has one value per "
            + "series.",
            Error(Step("a", 1, 1), Step("b", 1, 1), Step("b", 2, 2, "crash")));
        var heavier = Step("a", 2, 2);
        heavier.Weight = 2.5f;
        Assert.AreEqual("Column 'Weight' differs within series 'a': 1 in row 0, 2.5 in row 1; a carried column has one value per series.",
            Error(Step("a", 1, 1), heavier));
        Assert.AreEqual("Column 'Time', row 1: the time is missing (NaN), expected a number.",
            Error(Step("a", 1, 1), Step("a", float.NaN, 1)));
        Assert.AreEqual("Column 'Series', row 1: the series is missing, expected a value.", Error(Step("a", 1, 1), Step("", 1, 1)));
        StringAssert.Contains(Error(Step("a", 0f, 1), Step("a", -0f, 2)), "two rows at time 0, rows 0 and 1");
    }

    [TestMethod]
    public void AFailedReadIsTriedAgain()
    {
        var panel = new TestView.Builder().AddText("Series", _ => "a").AddSingle("Time", row => row).AddSingle("Value", row => row).Rows(3);
        panel.OnMove = _ => throw new IOException("busy");
        var data = Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", ["Value"]).Fit(panel).Transform(panel);
        Assert.ThrowsExactly<IOException>(() => data.GetColumn<float[]>("Signals").ToArray());
        panel.OnMove = _ => { };
        CollectionAssert.AreEqual(new[] { 0f, 1, 2 }, data.GetColumn<float[]>("Signals").Single());
        Assert.AreEqual(0, panel.OpenCursors);
    }

    [TestMethod]
    public void TimesOfEveryTypeOrderTheSteps()
    {
        AssertOrder(NumberDataViewType.SByte, new sbyte[] { -3, 0, 5 });
        AssertOrder(NumberDataViewType.Byte, new byte[] { 1, 2, 200 });
        AssertOrder(NumberDataViewType.Int16, new short[] { -300, 0, 5 });
        AssertOrder(NumberDataViewType.UInt16, new ushort[] { 1, 2, 60_000 });
        AssertOrder(NumberDataViewType.Int32, new[] { int.MinValue, -1, int.MaxValue });
        AssertOrder(NumberDataViewType.UInt32, new uint[] { 1, 2, uint.MaxValue });
        AssertOrder(NumberDataViewType.Int64, new[] { long.MinValue, -1, long.MaxValue });
        AssertOrder(NumberDataViewType.UInt64, new ulong[] { 1, 2, ulong.MaxValue });
        AssertOrder(NumberDataViewType.Single, new[] { float.NegativeInfinity, -1e-30f, 1e-30f });
        AssertOrder(NumberDataViewType.Double, new[] { -1e300, -1, 0.5 });
        var date = new DateTime(2024, 2, 29, 12, 0, 0, DateTimeKind.Utc);
        AssertOrder(DateTimeDataViewType.Instance, new[] { date, date.AddTicks(1), date.AddYears(1) });
        AssertOrder(TimeSpanDataViewType.Instance, new[] { TimeSpan.FromDays(-1), TimeSpan.Zero, TimeSpan.FromTicks(1) });
        // An hour earlier, though it reads later.
        AssertOrder(DateTimeOffsetDataViewType.Instance,
            new[] { new DateTimeOffset(2024, 1, 1, 13, 0, 0, TimeSpan.FromHours(2)),
                new DateTimeOffset(2024, 1, 1, 12, 0, 0, TimeSpan.Zero) });
    }

    private static void AssertOrder<T>(PrimitiveDataViewType type, T[] times)
    {
        int count = times.Length;
        var panel = new TestView.Builder().AddText("Series", _ => "a")
            .Add("Time", type, row => times[count - 1 - row]).AddSingle("Value", row => count - 1 - row).Rows(count);
        var data = Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", ["Value"]).Fit(panel).Transform(panel);
        CollectionAssert.AreEqual(Enumerable.Range(0, count).Select(i => (float)i).ToArray(), data.GetColumn<float[]>("Signals").Single(),
            $"{type}");

        var twice = new TestView.Builder().AddText("Series", _ => "a").Add("Time", type, _ => times[1]).AddSingle("Value", row => row)
            .Rows(2);
        data = Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", ["Value"]).Fit(twice).Transform(twice);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => data.GetColumn<float[]>("Signals").ToArray()).Message;
        string expected = times[1] switch
        {
            DateTime => "2024-02-29T12:00:00.0000001",
            DateTimeOffset => "2024-01-01T12:00:00.0000000+00:00",
            TimeSpan => "00:00:00",
            float => "-1.0000000031710769E-30",
            _ => $"{times[1]}",
        };
        StringAssert.Contains(message, $"two rows at time {expected}, rows 0 and 1");
    }

    [TestMethod]
    public void KeysAndVectorsAreCarriedWithTheirAnnotations()
    {
        IDataView rows = View(Step("a", 1, 1, "yes"), Step("b", 1, 1, "no"), Step("a", 2, 2, "yes"));
        rows = Ml.Transforms.Conversion.MapValueToKey("Label", "Outcome").Append(Ml.Transforms.CopyColumns("Start", "Position"))
            .Append(Ml.Transforms.Conversion.MapValueToKey("Series")).Fit(rows).Transform(rows);
        var constant = Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", ["Speed"], ["Label"])
            .Append(Ml.Transforms.Conversion.MapKeyToValue("Text", "Label")).Append(Ml.Transforms.Conversion.MapKeyToValue("Series"));
        var data = constant.Fit(rows).Transform(rows);
        CollectionAssert.AreEqual(new[] { "yes", "no" }, data.GetColumn<string>("Text").ToArray());
        CollectionAssert.AreEqual(new[] { "a", "b" }, data.GetColumn<string>("Series").ToArray());
        Assert.AreEqual(2, SequenceLabel.Class(data.Schema, "Label").Count);
        var differing = Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", ["Speed"], ["Start"]).Fit(rows).Transform(rows);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => differing.GetColumn<float[]>("Start").ToArray()).Message,
            "Column 'Start' differs within series 1");
        IDataView single = View(Step("a", 1, 1), Step("b", 1, 2));
        var carried = Group(single, "Position").GetColumn<float[]>("Position").ToArray();
        CollectionAssert.AreEqual(new[] { 2.25f, 2.5f }, carried[1]);
    }

    [TestMethod]
    public void WindowsOfGroupedPanelsFeedBatches()
    {
        var rows = Enumerable.Range(0, 60).Select(i => Step($"s{i % 3}", i, i)).ToArray();
        var pipeline = Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", ["Speed", "Position"])
            .Append(Ml.Transforms.CutWindows("Window", 5, "Signals", horizon: 2));
        var windows = pipeline.Fit(View(rows)).Transform(View(rows));
        var columns = new SequenceColumns(SequenceColumn.FromSchema(windows.Schema, "Window"),
            SequenceLabel.Targets(windows.Schema, "Label"));
        using var source = new SequenceBatchSource(windows, columns, new() { BatchSize = 14, Shuffle = false });
        var batches = source.ReadEpoch(0).Select(batch => (batch.Batch, batch.Time, batch.FeatureCount, batch.TargetCount)).ToArray();
        CollectionAssert.AreEqual(new[] { (14, 5, 3, 6), (14, 5, 3, 6), (14, 5, 3, 6) }, batches);
    }

    [TestMethod]
    public void ColumnsAndOptionsAreChecked()
    {
        IDataView rows = View(Step("a", 1, 1));
        string TypeError(string series, string time, string feature) => Assert.ThrowsExactly<ArgumentException>(
            () => Ml.Transforms.GroupIntoSequences("Signals", series, time, [feature]).Fit(rows)).Message;
        StringAssert.Contains(TypeError("Speed", "Time", "Speed"),
            "Column 'Speed' is Single: expected the series as text, a key or a whole number");
        StringAssert.Contains(TypeError("Series", "Outcome", "Speed"), "Column 'Outcome' is String: expected the time");
        StringAssert.Contains(TypeError("Series", "Time", "Outcome"),
            "Column 'Outcome' is String: expected a Single or a vector of Single of known size");
        StringAssert.Contains(TypeError("Series", "Time", "Nope"), "Column 'Nope' not found; the input has columns Series, Time, Speed");
        Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", []));
        Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.GroupIntoSequences("Series", "Series", "Time", ["Speed"]));
        var shape = Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", ["Speed", "Position"], ["Outcome"])
            .GetOutputSchema(SchemaShapes.FromSchema(rows.Schema));
        CollectionAssert.AreEquivalent(new[] { "Series", "Signals", "Outcome" }, shape.Select(column => column.Name).ToArray());
        Assert.AreEqual(SchemaShape.Column.VectorKind.VariableVector, shape.Require("Signals").Kind);
    }

    [TestMethod]
    public void SavingSaysWhatToDoInstead()
    {
        IDataView rows = View(Step("a", 1, 1));
        var transformer = Ml.Transforms.GroupIntoSequences("Signals", "Series", "Time", ["Speed"]).Fit(rows);
        using var stream = new MemoryStream();
        var error = Assert.ThrowsExactly<NotSupportedException>(() => Ml.Model.Save(transformer, rows.Schema, stream));
        StringAssert.Contains(error.Message, "fit the other estimators on the sequences and save what that gives");
        Assert.IsFalse(transformer.IsRowToRowMapper);
        Assert.ThrowsExactly<InvalidOperationException>(() => transformer.GetRowToRowMapper(rows.Schema));
    }
}
