using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed partial class SchemaDefinition
{
    /// <summary>One member and the column it stands for.</summary>
    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();
        private readonly HashSet<string> _kinds = [];

        internal Column(string memberName, DataViewType columnType, string columnName)
        {
            MemberName = memberName;
            ColumnType = columnType;
            ColumnName = columnName;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            Contracts.CheckValue(kind, nameof(kind));
            Contracts.CheckValue(annotationType, nameof(annotationType));
            (Type stored, bool isVector) = ItemOf(typeof(T))
                ?? throw new InvalidOperationException($"A {typeof(T)} can't be the annotation '{kind}' of column '{ColumnName}'.");
            Contracts.Check(isVector == annotationType is VectorDataViewType && stored == annotationType.ItemType().RawType,
                $"Annotation '{kind}' of column '{ColumnName}' is a {annotationType}, which a {typeof(T)} can't hold.");
            Contracts.Check(_kinds.Add(kind), $"Column '{ColumnName}' has an annotation '{kind}' already.");
            _annotations.Add(kind, annotationType, MemberGetters.Of(() => value));
        }

        internal void AddAnnotations(DataViewSchema.Annotations annotations) => _annotations.Add(annotations, _kinds.Add);
    }
}
