using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>How ML.NET splits, filters, shuffles and caches rows; the same for the real packages and the stand-in.</summary>
[TestClass]
public class RowSelectionTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public int Id { get; set; }

        public float Value { get; set; }

        public string Group { get; set; } = "";

        [KeyType(10)]
        public uint Key { get; set; }
    }

    private sealed class IdOnly
    {
        public int Id { get; set; }
    }

    private IDataView Data(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row
    {
        Id = i,
        Value = i % 5 == 4 ? float.NaN : i,
        Group = $"g{i % 20}",
        Key = (uint)(i % 10),
    }).ToArray());

    private static int[] Ids(IDataView data) => data.GetColumn<int>("Id").ToArray();

    [TestMethod]
    public void ASplitIsAPartitionThatRepeats()
    {
        IDataView data = Data(1000);
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(data, testFraction: 0.3, seed: 7);
        int[] train = Ids(split.TrainSet), test = Ids(split.TestSet);
        CollectionAssert.AreEquivalent(Ids(data), train.Concat(test).ToArray());
        Assert.IsInRange(240, 360, test.Length);
        CollectionAssert.AreEqual(test, Ids(split.TestSet), "The same each time it is read.");
        CollectionAssert.AreEqual(test, Ids(_ml.Data.TrainTestSplit(data, testFraction: 0.3, seed: 7).TestSet),
            "The same for the same seed.");
        CollectionAssert.AreNotEqual(test, Ids(_ml.Data.TrainTestSplit(data, testFraction: 0.3, seed: 8).TestSet));
        Assert.AreEqual(data.Schema.Count, split.TrainSet.Schema.Count(column => !column.IsHidden));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(data, testFraction: 1));
    }

    [TestMethod]
    [DataRow("Group")]
    [DataRow("Key")]
    [DataRow("Id")]
    public void RowsOfOneSamplingKeyStayTogether(string key)
    {
        IDataView data = Data(200);
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(data, testFraction: 0.4, samplingKeyColumnName: key, seed: 3);
        string[] train = Keys(split.TrainSet, key), test = Keys(split.TestSet, key);
        Assert.AreEqual(200, train.Length + test.Length);
        Assert.IsNotEmpty(train);
        Assert.IsNotEmpty(test);
        Assert.IsEmpty(train.Intersect(test));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(data, samplingKeyColumnName: "Nope"));
    }

    [TestMethod]
    public void FoldsTestEveryRowOnce()
    {
        IDataView data = Data(300);
        IReadOnlyList<DataOperationsCatalog.TrainTestData> folds = _ml.Data.CrossValidationSplit(data, numberOfFolds: 3, seed: 5);
        Assert.HasCount(3, folds);
        CollectionAssert.AreEquivalent(Ids(data), folds.SelectMany(fold => Ids(fold.TestSet)).ToArray());
        foreach (DataOperationsCatalog.TrainTestData fold in folds)
            CollectionAssert.AreEquivalent(Ids(data), Ids(fold.TrainSet).Concat(Ids(fold.TestSet)).ToArray());
    }

    [TestMethod]
    public void AShuffleHasEveryRowAndASeed()
    {
        IDataView data = Data(100);
        IDataView shuffled = _ml.Data.ShuffleRows(data, seed: 2, shufflePoolSize: 10);
        int[] order = Ids(shuffled);
        CollectionAssert.AreEquivalent(Ids(data), order);
        CollectionAssert.AreNotEqual(Ids(data), order);
        CollectionAssert.AreEqual(order, Ids(shuffled));
        CollectionAssert.AreEqual(order, Ids(_ml.Data.ShuffleRows(data, seed: 2, shufflePoolSize: 10)));
        CollectionAssert.AreNotEqual(order, Ids(_ml.Data.ShuffleRows(data, seed: 3, shufflePoolSize: 10)));
        Assert.IsTrue(shuffled.CanShuffle);
        foreach (Row row in _ml.Data.CreateEnumerable<Row>(shuffled, reuseRowObject: true))
            Assert.AreEqual($"g{row.Id % 20}", row.Group, "Columns of one row stay together.");
    }

    [TestMethod]
    public void ACacheReadsItsSourceOnce()
    {
        int made = 0;
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i =>
        {
            made++;
            return new Row { Id = i };
        }));
        IDataView cached = _ml.Data.Cache(data, "Id");
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, Ids(cached));
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, Ids(cached));
        Assert.AreEqual(5, made);
        Assert.IsTrue(cached.CanShuffle);
        Assert.AreEqual(5, cached.GetRowCount());
        using DataViewRowCursor cursor = cached.GetRowCursor([cached.Schema["Id"]], new Random(1));
        ValueGetter<int> id = cursor.GetGetter<int>(cached.Schema["Id"]);
        var order = new List<int>();
        for (int value = 0; cursor.MoveNext(); order.Add(value))
            id(ref value);
        CollectionAssert.AreEquivalent(new[] { 0, 1, 2, 3, 4 }, order);
    }

    [TestMethod]
    public void FiltersKeepWhatIsWithinAndNotMissing()
    {
        IDataView data = Data(10);
        CollectionAssert.AreEqual(new[] { 2, 3, 5 }, Ids(_ml.Data.FilterRowsByColumn(data, "Value", lowerBound: 2, upperBound: 6)),
            "NaN and the upper bound are out.");
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 5, 6, 7, 8 }, Ids(_ml.Data.FilterRowsByMissingValues(data, "Value")));
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, Ids(_ml.Data.FilterRowsByKeyColumnFraction(data, "Key", upperBound: 0.3)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(data, "Group", lowerBound: 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByMissingValues(data, "Group"));
    }

    [TestMethod]
    public void ACustomPredicateNamesWhatGoes()
    {
        IDataView filtered = _ml.Data.FilterByCustomPredicate<IdOnly>(Data(6), row => row.Id % 2 == 0);
        CollectionAssert.AreEqual(new[] { 1, 3, 5 }, Ids(filtered));
        Assert.IsNull(filtered.GetRowCount());
    }

    private string[] Keys(IDataView data, string key) => _ml.Data.CreateEnumerable<Row>(data, reuseRowObject: false)
        .Select(row => key == "Group" ? row.Group : key == "Key" ? row.Key.ToString() : row.Id.ToString()).ToArray();
}
