using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>Dense and sparse vectors of ML.NET; the same for the real packages and the stand-in.</summary>
[TestClass]
public class VectorBufferTests
{
    private readonly VBuffer<float> _sparse = new(6, 2, [7, 8], [1, 4]);
    private readonly VBuffer<float> _dense = new(3, [1, 2, 3]);

    [TestMethod]
    public void ADefaultVectorIsDenseAndEmpty()
    {
        VBuffer<float> empty = default;
        Assert.AreEqual(0, empty.Length);
        Assert.IsTrue(empty.IsDense);
        Assert.IsEmpty(empty.DenseValues());
    }

    [TestMethod]
    public void ASparseVectorStoresWhatIsNotZero()
    {
        Assert.IsFalse(_sparse.IsDense);
        CollectionAssert.AreEqual(new float[] { 0, 7, 0, 0, 8, 0 }, _sparse.DenseValues().ToArray());
        CollectionAssert.AreEqual(new[] { 1, 4 }, _sparse.GetIndices().ToArray());
        CollectionAssert.AreEqual(new float[] { 7, 8 }, _sparse.GetValues().ToArray());
        CollectionAssert.AreEqual(new[] { "1:7", "4:8" }, _sparse.Items().Select(pair => $"{pair.Key}:{pair.Value}").ToArray());
        Assert.AreEqual(6, _sparse.Items(all: true).Count());
        Assert.AreEqual(8, _sparse.GetItemOrDefault(4));
        Assert.AreEqual(0, _sparse.GetItemOrDefault(5));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _sparse.GetItemOrDefault(6));
        Assert.AreEqual(0, _dense.GetIndices().Length);
    }

    [TestMethod]
    public void CopiesKeepTheirFormOrBecomeDense()
    {
        VBuffer<float> copy = default, part = default, dense = default;
        _sparse.CopyTo(ref copy);
        Assert.IsFalse(copy.IsDense);
        _sparse.CopyTo(ref part, 3, 3);
        Assert.AreEqual(3, part.Length);
        CollectionAssert.AreEqual(new float[] { 0, 8, 0 }, part.DenseValues().ToArray());
        _sparse.CopyToDense(ref dense);
        Assert.IsTrue(dense.IsDense);
        var target = new float[8];
        _sparse.CopyTo(target, 1, -1);
        CollectionAssert.AreEqual(new float[] { 0, -1, 7, -1, -1, 8, -1, 0 }, target);
        VBuffer<float>.Copy([1, 2, 3, 4], 1, ref copy, 2);
        CollectionAssert.AreEqual(new float[] { 2, 3 }, copy.DenseValues().ToArray());
    }

    [TestMethod]
    public void AnEditorReusesBuffers()
    {
        VBuffer<float> vector = default;
        VBufferEditor<float> first = VBufferEditor.Create(ref vector, 4);
        Assert.IsTrue(first.CreatedNewValues);
        Assert.AreEqual(4, first.Values.Length);
        Assert.AreEqual(0, first.Indices.Length);
        vector = first.Commit();
        Assert.IsTrue(vector.IsDense);

        VBufferEditor<float> second = VBufferEditor.Create(ref vector, 9, 2);
        Assert.IsFalse(second.CreatedNewValues);
        Assert.IsTrue(second.CreatedNewIndices);
        second.Values[0] = 5;
        second.Indices[0] = 8;
        vector = second.CommitTruncated(1);
        Assert.AreEqual(9, vector.Length);
        Assert.AreEqual(5, vector.GetItemOrDefault(8));
        Assert.AreEqual(1, vector.GetValues().Length);
    }

    [TestMethod]
    public void TypesCompareByValueAndReadAsText()
    {
        var type = new VectorDataViewType(NumberDataViewType.Single, 2, 3);
        Assert.AreEqual(6, type.Size);
        Assert.AreEqual(type, new VectorDataViewType(NumberDataViewType.Single, 2, 3));
        Assert.AreNotEqual<DataViewType>(type, new VectorDataViewType(NumberDataViewType.Single, 6));
        Assert.AreEqual("Vector<Single, 2, 3>", type.ToString());
        Assert.AreEqual("Vector<Single, *, 3>", new VectorDataViewType(NumberDataViewType.Single, 0, 3).ToString());
        Assert.IsFalse(new VectorDataViewType(NumberDataViewType.Single).IsKnownSize);
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 4), new KeyDataViewType(typeof(uint), 4UL));
        Assert.AreEqual("Key<Byte, 0-254>", new KeyDataViewType(typeof(byte), 255).ToString());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 256));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 3));
    }
}
