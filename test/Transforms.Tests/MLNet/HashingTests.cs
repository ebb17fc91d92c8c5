using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>Hashes of ML.NET; the same for the real packages and the stand-in but for the numbers.</summary>
[TestClass]
public class HashingTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType(2)]
        public long[] Pair { get; set; } = [];

        public string Word { get; set; } = "";
    }

    private IDataView Data => _ml.Data.LoadFromEnumerable(new Row[]
    {
        new() { Pair = [1, 2], Word = "a" }, new() { Pair = [2, 1], Word = "b" }, new() { Pair = [1, 2], Word = "a" },
        new() { Pair = [1, 2L << 32], Word = "" }, new() { Pair = [0, 0], Word = "ab" }, new() { Pair = [-1, 0], Word = "ba" },
    });

    private HashingTransformer Hash(string column, bool combine = false, int bits = 31, uint seed = 1) => _ml.Transforms.Conversion
        .Hash(new HashingEstimator.ColumnOptions("Hash", column, numberOfBits: bits, seed: seed, combine: combine)).Fit(Data);

    [TestMethod]
    public void TheValuesOfAVectorTogetherMakeOneKey()
    {
        var hashed = Hash("Pair", combine: true).Transform(Data);
        var type = (KeyDataViewType)hashed.Schema["Hash"].Type;
        Assert.AreEqual((typeof(uint), 1UL << 31), (type.RawType, type.Count));
        uint[] hashes = [.. hashed.GetColumn<uint>("Hash")];
        Assert.AreEqual(hashes[0], hashes[2]);
        Assert.HasCount(5, hashes.Distinct());
        Assert.IsTrue(hashes.All(hash => hash is >= 1 and <= 1u << 31));
        CollectionAssert.AreNotEqual(hashes, Hash("Pair", combine: true, seed: 2).Transform(Data).GetColumn<uint>("Hash").ToArray());
        Assert.IsTrue(Hash("Pair", combine: true, bits: 2).Transform(Data).GetColumn<uint>("Hash").All(hash => hash is >= 1 and <= 4));
    }

    [TestMethod]
    public void OtherwiseEachValueMakesAKey()
    {
        var hashed = Hash("Pair").Transform(Data);
        Assert.AreEqual(2, ((VectorDataViewType)hashed.Schema["Hash"].Type).Size);
        uint[][] hashes = [.. hashed.GetColumn<uint[]>("Hash")];
        Assert.AreEqual(hashes[0][1], hashes[1][0]);
        Assert.AreNotEqual(hashes[0][0], hashes[0][1]);
        uint[] words = [.. Hash("Word").Transform(Data).GetColumn<uint>("Hash")];
        Assert.AreEqual(words[0], words[2]);
        Assert.AreNotEqual(words[4], words[5]);
    }

    [TestMethod]
    public void ASavedHashIsTheSame()
    {
        var hash = Hash("Pair", combine: true, bits: 20, seed: 7);
        using var file = new MemoryStream();
        _ml.Model.Save(hash, Data.Schema, file);
        file.Position = 0;
        CollectionAssert.AreEqual(hash.Transform(Data).GetColumn<uint>("Hash").ToArray(),
            new MLContext().Model.Load(file, out _).Transform(Data).GetColumn<uint>("Hash").ToArray());
    }

    [TestMethod]
    public void ItsShapeIsKnownBeforeThereIsData()
    {
        SchemaShape.Column Shape(bool combine) => _ml.Transforms.Conversion
            .Hash(new HashingEstimator.ColumnOptions("Hash", "Pair", combine: combine))
            .GetOutputSchema(SchemaShapes.FromSchema(Data.Schema)).Single(column => column.Name == "Hash");
        Assert.IsTrue(Shape(true).IsKey);
        Assert.AreEqual(SchemaShape.Column.VectorKind.Scalar, Shape(true).Kind);
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, Shape(false).Kind);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion
            .Hash(new HashingEstimator.ColumnOptions("Hash", "Pair", useOrderedHashing: true, combine: true)));
    }
}
