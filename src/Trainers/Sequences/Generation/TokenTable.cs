using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Token sequences of a data view in memory, four bytes a token: one column, or a source beside it.</summary>
internal sealed class TokenTable
{
    private readonly SequenceRows _tokens;
    private readonly SequenceRows? _sources;

    private TokenTable(SequenceRows tokens, SequenceRows? sources) => (_tokens, _sources) = (tokens, sources);

    internal int Count => _tokens.Count;

    internal bool HasSources => _sources is not null;

    internal ReadOnlySpan<int> Tokens(int row) => _tokens.Tokens(row);

    internal ReadOnlySpan<int> Source(int row) => _sources!.Tokens(row);

    internal int Length(int row) => _tokens.Length(row);

    internal int SourceLength(int row) => _sources?.Length(row) ?? 0;

    /// <summary>Reads all rows.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="name">What the data is called in errors.</param>
    /// <param name="tokens">The column to write.</param>
    /// <param name="source">The column to read beside it; null for none.</param>
    /// <param name="longest">Longest sequences that the network takes, of the tokens and of the source; null for any length.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ArgumentException">A column is missing or not what it was in the training data.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a sequence is empty or too long: the message names column and
    /// row.</exception>
    internal static TokenTable Read(IDataView data, string name, SequenceColumn tokens, SequenceColumn? source,
        (int? Tokens, int? Source) longest, CancellationToken cancellationToken)
    {
        SequenceColumns tokenColumns = new(tokens.BindTo(data.Schema));
        var sourceColumns = source is null ? null : new SequenceColumns(source.BindTo(data.Schema));
        var table = new TokenTable(new(tokenColumns), sourceColumns is null ? null : new(sourceColumns));
        using var cursor = data.GetRowCursor([.. tokenColumns.Of(data.Schema), .. sourceColumns?.Of(data.Schema) ?? []]);
        var tokenReader = new SequenceReader(cursor, tokenColumns);
        var sourceReader = sourceColumns is null ? null : new SequenceReader(cursor, sourceColumns);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Check(tokens, table._tokens.Length(tokenReader.AddTo(table._tokens)), longest.Tokens);
            if (sourceReader is not null)
                Check(source!, table._sources!.Length(sourceReader.AddTo(table._sources)), longest.Source);
        }
        return table.Count > 0 ? table : throw new InvalidDataException($"The {name} data has no rows.");

        void Check(SequenceColumn column, int length, int? most)
        {
            if (length > most)
                throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(cursor)}: the sequence has {length} tokens, "
                    + $"but the network takes at most {most}.");
        }
    }
}
