using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>A transformer of a pipeline with what it is given and gives.</summary>
internal sealed record PipelineStage(ITransformer Transformer, DataViewSchema Before, DataViewSchema After)
{
    /// <summary>Whether the column is one that it adds, or replaces: that hides the one of its name, and stands right behind it.</summary>
    internal bool Makes(string column) => Count(After, column) > Count(Before, column);

    /// <summary>Which of the columns that it makes this is; -1 where their order doesn't tell, since it replaces some.</summary>
    internal int NumberOf(string column)
    {
        string[] made = [.. After.Select(other => other.Name).Distinct().Where(Makes)];
        return made.Length == 1 || !made.Any(name => Before.GetColumnOrNull(name) is not null) ? Array.IndexOf(made, column) : -1;
    }

    /// <summary>The columns that it makes one of.</summary>
    internal IReadOnlyList<string> SourcesOf(string column) =>
        [.. Transformer.GetRowToRowMapper(Before).GetDependencies([After[column]]).Select(source => source.Name)];

    private static int Count(DataViewSchema schema, string name) => schema.Count(column => column.Name == name);
}
