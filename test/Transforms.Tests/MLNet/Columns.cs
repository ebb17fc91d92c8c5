using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>Reads columns for assertions.</summary>
internal static class Columns
{
    public static T[] Values<T>(this IDataView data, string name)
    {
        var column = data.Schema[name];
        var values = new List<T>();
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<T>(column);
        while (cursor.MoveNext())
        {
            T value = default!;
            getter(ref value);
            values.Add(value);
        }
        return [.. values];
    }

    public static T[][] Vectors<T>(this IDataView data, string name) =>
        data.Values<VBuffer<T>>(name).Select(vector => vector.DenseValues().ToArray()).ToArray();

    public static string[] Texts(this IDataView data, string name) =>
        data.Values<ReadOnlyMemory<char>>(name).Select(text => text.ToString()).ToArray();

    public static string[][] TextVectors(this IDataView data, string name) =>
        data.Vectors<ReadOnlyMemory<char>>(name).Select(row => row.Select(text => text.ToString()).ToArray()).ToArray();

    public static string[] KeyValues(this IDataView data, string name)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        data.Schema[name].GetKeyValues(ref values);
        return values.DenseValues().Select(value => value.ToString()).ToArray();
    }

    public static string[] SlotNames(this IDataView data, string name)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema[name].GetSlotNames(ref names);
        return names.DenseValues().Select(value => value.ToString()).ToArray();
    }

    /// <summary>Saves a transformer to a model file in memory and loads it with another context.</summary>
    public static ITransformer Reloaded(this ITransformer transformer, DataViewSchema inputSchema)
    {
        using var file = new MemoryStream();
        new MLContext().Model.Save(transformer, inputSchema, file);
        file.Position = 0;
        return new MLContext().Model.Load(file, out _);
    }

    public static void AssertRows<T>(T[][] expected, T[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i], $"row {i}");
    }
}
