using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>Concatenates columns into a vector, whose size is known if those of all the columns are.</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    private readonly string _output;
    private readonly string[] _inputs;

    internal ColumnConcatenatingTransformer(IHostEnvironment env, string output, string[] inputs)
        : base(env, nameof(ColumnConcatenatingTransformer))
    {
        _output = output;
        _inputs = inputs;
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema)
    {
        var inputs = Array.ConvertAll(_inputs, name => new ColumnPair(_output, name).Find(inputSchema));
        var indices = Array.ConvertAll(inputs, input => input.Index);
        if (inputs is [{ Type: VectorDataViewType } only]) // nothing to add to it
        {
            return new ColumnMapping(inputSchema, [new AddedColumn(
                new DataViewSchema.DetachedColumn(_output, only.Type, only.Annotations), indices, row => row.GetGetter(only))]);
        }
        var item = (PrimitiveDataViewType)inputs[0].Type.ItemType();
        foreach (var input in inputs)
        {
            if (!input.Type.ItemType().Equals(item))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", input.Name, item.ToString(), input.Type.ToString());
        }
        bool isKnownSize = inputs.All(input => input.Type.ValueCount() > 0);
        int size = isKnownSize ? inputs.Sum(input => input.Type.ValueCount()) : 0;
        var column = new DataViewSchema.DetachedColumn(_output, new VectorDataViewType(item, size), AnnotationsOf(inputs, size));
        return new ColumnMapping(inputSchema, [new AddedColumn(column, indices,
            row => (Delegate)Generic.Call(typeof(ColumnConcatenatingTransformer), nameof(MakeGetter), item.RawType, row, inputs))]);
    }

    private static DataViewSchema.Annotations AnnotationsOf(DataViewSchema.Column[] inputs, int size)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (inputs.All(input => input.IsNormalized() && input.Type.ItemType() is NumberDataViewType))
            annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        if (size > 0 && inputs.Any(input => input.Type is not VectorDataViewType || input.HasSlotNames()))
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            ItemMapping.Sparsify(inputs.SelectMany(SlotNames).ToList(), ref names);
            annotations.AddSlotNames(names);
        }
        return annotations.ToAnnotations();
    }

    // A scalar gives its name to its slot; a vector's slots are "column.slot", or without a name.
    private static IEnumerable<ReadOnlyMemory<char>> SlotNames(DataViewSchema.Column input)
    {
        if (input.Type is not VectorDataViewType vector)
            return [input.Name.AsMemory()];
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (!input.HasSlotNames())
            return new ReadOnlyMemory<char>[vector.Size];
        input.GetSlotNames(ref names);
        return names.DenseValues().Select(name => name.IsEmpty ? default : $"{input.Name}.{name}".AsMemory());
    }

    private static ValueGetter<VBuffer<T>> MakeGetter<T>(DataViewRow row, DataViewSchema.Column[] inputs)
    {
        var getters = Array.ConvertAll(inputs, input => VectorGetter<T>(row, input));
        var parts = new VBuffer<T>[inputs.Length];
        return (ref VBuffer<T> destination) =>
        {
            int length = 0, stored = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                getters[i](ref parts[i]);
                int size = inputs[i].Type.ValueCount();
                if (size != 0 && parts[i].Length != size)
                    throw new InvalidOperationException($"Column '{inputs[i].Name}': expected {size} slots, but got {parts[i].Length}");
                length += parts[i].Length;
                stored += parts[i].GetValues().Length;
            }
            destination = Join(parts, length, stored, ref destination);
        };
    }

    // Few enough stored values make a sparse vector, as in ML.NET.
    private static VBuffer<T> Join<T>(VBuffer<T>[] parts, int length, int stored, ref VBuffer<T> destination)
    {
        bool sparse = stored <= length / 2;
        var editor = VBufferEditor.Create(ref destination, length, sparse ? stored : length);
        int offset = 0, count = 0;
        foreach (var part in parts)
        {
            if (!sparse)
            {
                part.CopyTo(editor.Values, offset);
            }
            else
            {
                foreach (var (index, value) in part.Items())
                {
                    editor.Values[count] = value;
                    editor.Indices[count++] = offset + index;
                }
            }
            offset += part.Length;
        }
        return editor.Commit();
    }

    private static ValueGetter<VBuffer<T>> VectorGetter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            return row.GetGetter<VBuffer<T>>(column);
        var getter = row.GetGetter<T>(column);
        return (ref VBuffer<T> destination) =>
        {
            var editor = VBufferEditor.Create(ref destination, 1);
            getter(ref editor.Values[0]);
            destination = editor.Commit();
        };
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ColumnConcatenatingTransformer));
        ctx.Writer.Write(_output);
        ctx.Writer.Write(_inputs.Length);
        foreach (string name in _inputs)
            ctx.Writer.Write(name);
    }

    internal static ColumnConcatenatingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        string output = ctx.Reader.ReadString();
        var inputs = new string[ctx.Reader.ReadInt32()];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = ctx.Reader.ReadString();
        return new ColumnConcatenatingTransformer(env, output, inputs);
    }
}
