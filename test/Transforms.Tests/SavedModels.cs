using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

/// <summary>Saves transformers as programs do, and reads them back.</summary>
internal static class SavedModels
{
    /// <summary>What ML.NET loads in a context of its own, which knows nothing of our assemblies.</summary>
    public static (ITransformer Model, DataViewSchema Schema) Reload(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(model, schema, stream);
        stream.Position = 0;
        return (new MLContext().Model.Load(stream, out var loaded), loaded);
    }

    /// <summary>Checks that columns have the same types and values.</summary>
    public static void SameColumns(IDataView expected, IDataView actual, params string[] columns)
    {
        foreach (var name in columns)
        {
            Assert.AreEqual(expected.Schema[name].Type, actual.Schema[name].Type, name);
            CollectionAssert.AreEqual(Values(expected, name), Values(actual, name), name);
        }
    }

    /// <summary>A column's values as text.</summary>
    public static string[] Values(IDataView view, string name)
    {
        var column = view.Schema[name];
        return column.Type.RawType == typeof(VBuffer<float>)
            ? Read<VBuffer<float>>(view, column, value => string.Join(' ', value.DenseValues()))
            : column.Type.RawType == typeof(VBuffer<int>) ? Read<VBuffer<int>>(view, column, value => string.Join(' ', value.DenseValues()))
            : column.Type.RawType == typeof(VBuffer<long>) ? Read<VBuffer<long>>(
                view, column, value => string.Join(' ', value.DenseValues()))
            : column.Type.RawType == typeof(VBuffer<uint>) ? Read<VBuffer<uint>>(
                view, column, value => string.Join(' ', value.DenseValues()))
            : column.Type.RawType == typeof(ReadOnlyMemory<char>) ? Read<ReadOnlyMemory<char>>(view, column, value => value.ToString())
            : throw new NotSupportedException($"{column.Type}");
    }

    private static string[] Read<T>(IDataView view, DataViewSchema.Column column, Func<T, string> text)
    {
        List<string> values = [];
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<T>(column);
        T value = default!;
        while (cursor.MoveNext())
        {
            getter(ref value);
            values.Add(text(value));
        }
        return [.. values];
    }
}
