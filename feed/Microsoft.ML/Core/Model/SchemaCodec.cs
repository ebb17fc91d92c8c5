using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Writes column types, schemas and annotation values to a model file, and reads them back.</summary>
internal static class SchemaCodec
{
    private const byte KeyTag = 100, VectorTag = 101, RowIdTag = 102;

    public static void WriteType(this BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case VectorDataViewType vector:
                writer.Write(VectorTag);
                writer.WriteType(vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (int dimension in vector.Dimensions)
                    writer.Write(dimension);
                break;
            case KeyDataViewType key:
                writer.Write(KeyTag);
                writer.Write((byte)KindOf(key.RawType));
                writer.Write(key.Count);
                break;
            case RowIdDataViewType:
                writer.Write(RowIdTag);
                break;
            default:
                writer.Write((byte)KindOf(type.RawType));
                break;
        }
    }

    public static DataViewType ReadType(this BinaryReader reader)
    {
        byte tag = reader.ReadByte();
        if (tag == VectorTag)
        {
            var item = (PrimitiveDataViewType)reader.ReadType();
            var dimensions = new int[reader.ReadInt32()];
            for (int i = 0; i < dimensions.Length; i++)
                dimensions[i] = reader.ReadInt32();
            return new VectorDataViewType(item, dimensions);
        }

        if (tag == KeyTag)
            return new KeyDataViewType(DataViewTypes.PrimitiveOf((DataKind)reader.ReadByte()).RawType, reader.ReadUInt64());
        return tag == RowIdTag ? RowIdDataViewType.Instance : DataViewTypes.PrimitiveOf((DataKind)tag);
    }

    public static void WriteSchema(this BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(schema.Count);
        foreach (DataViewSchema.Column column in schema)
        {
            writer.Write(column.Name);
            writer.WriteType(column.Type);
            writer.WriteAnnotations(column.Annotations);
        }
    }

    public static DataViewSchema ReadSchema(this BinaryReader reader)
    {
        var builder = new DataViewSchema.Builder();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
            builder.AddColumn(reader.ReadString(), reader.ReadType(), reader.ReadAnnotations());
        return builder.ToSchema();
    }

    public static void WriteAnnotations(this BinaryWriter writer, DataViewSchema.Annotations annotations)
    {
        writer.Write(annotations.Schema.Count);
        foreach (DataViewSchema.Column annotation in annotations.Schema)
        {
            writer.Write(annotation.Name);
            writer.WriteType(annotation.Type);
            Generic.Call(typeof(SchemaCodec), nameof(WriteAnnotation), annotation.Type.RawType, writer, annotations, annotation);
        }
    }

    public static DataViewSchema.Annotations ReadAnnotations(this BinaryReader reader)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            DataViewType type = reader.ReadType();
            Generic.Call(typeof(SchemaCodec), nameof(ReadAnnotation), type.RawType, reader, builder, name, type);
        }

        return builder.ToAnnotations();
    }

    private static void WriteAnnotation<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column annotation)
    {
        T value = default;
        annotations.GetGetter<T>(annotation)(ref value);
        ValueCodec.WriterOf<T>()(writer, value);
    }

    private static void ReadAnnotation<T>(BinaryReader reader, DataViewSchema.Annotations.Builder builder, string name, DataViewType type)
    {
        T value = ValueCodec.ReaderOf<T>()(reader);
        builder.Add(name, type, (ref T destination) => destination = value);
    }

    private static DataKind KindOf(Type rawType)
    {
        for (DataKind kind = DataKind.SByte; kind <= DataKind.DateTimeOffset; kind++)
        {
            if (DataViewTypes.PrimitiveOf(kind).RawType == rawType)
                return kind;
        }

        throw new NotSupportedException($"Values of {rawType} can't be written to a model file.");
    }
}
