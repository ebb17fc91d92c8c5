namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    /// <summary>A column to load: its name, the type of its values and the fields of a line it is made of.</summary>
    public sealed class Column
    {
        /// <summary>The name of the column.</summary>
        public string Name;

        /// <summary>The fields the column is made of.</summary>
        public Range[] Source;

        /// <summary>For a key column, the number of its values.</summary>
        public KeyCount KeyCount;

        /// <summary>The type of the values; singles unless said otherwise.</summary>
        public DataKind DataKind { get; set; } = DataKind.Single;

        /// <summary>An empty description.</summary>
        public Column()
        {
        }

        /// <summary>A scalar column of one field.</summary>
        public Column(string name, DataKind dataKind, int index)
            : this(name, dataKind, [new Range(index)])
        {
        }

        /// <summary>A vector column of the fields from one to another, both included.</summary>
        public Column(string name, DataKind dataKind, int minIndex, int maxIndex)
            : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        /// <summary>A column of several ranges of fields, a key column if <paramref name="keyCount"/> is given.</summary>
        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            ArgumentNullException.ThrowIfNull(name);
            ArgumentNullException.ThrowIfNull(source);
            Name = name;
            DataKind = dataKind;
            Source = source;
            KeyCount = keyCount;
        }
    }

    /// <summary>A range of the fields of a line, numbered from zero.</summary>
    public sealed class Range
    {
        /// <summary>The first field.</summary>
        public int Min;

        /// <summary>The last field; null with <see cref="AutoEnd"/> or <see cref="VariableEnd"/>.</summary>
        public int? Max;

        /// <summary>The range goes to the end of the line, at the same place in every line.</summary>
        public bool AutoEnd;

        /// <summary>The range goes to the end of the line, which can differ from line to line.</summary>
        public bool VariableEnd;

        /// <summary>Only the fields of the range that no other column uses.</summary>
        public bool AllOther;

        /// <summary>A range of one field makes a vector too.</summary>
        public bool ForceVector;

        /// <summary>The range of field 0 only.</summary>
        public Range()
        {
        }

        /// <summary>The range of one field.</summary>
        public Range(int index)
        {
            if (index < 0)
                throw new ArgumentOutOfRangeException(nameof(index), "Must be non-negative");
            Min = index;
            Max = index;
        }

        /// <summary>The range from one field to another, both included, or to the end of the line.</summary>
        public Range(int min, int? max)
        {
            if (min < 0)
                throw new ArgumentOutOfRangeException(nameof(min), "Must be non-negative");
            if (max < min)
                throw new ArgumentOutOfRangeException(nameof(max), "If specified, must be greater than or equal to min");
            Min = min;
            Max = max;
            ForceVector = true;
            AutoEnd = max is null;
        }
    }

    /// <summary>How to read lines and what columns to make of them.</summary>
    public class Options
    {
        /// <summary>Fields can be put in double quotes, which then may hold separators.</summary>
        public bool AllowQuoting;

        /// <summary>Lines can end in <c>index:value</c> pairs.</summary>
        public bool AllowSparse;

        /// <summary>The number of fields of a sparse line; by default the line says it.</summary>
        public int? InputSize;

        /// <summary>The characters that separate fields.</summary>
        public char[] Separators = ['\t'];

        /// <summary>The decimal point of numbers, a period or a comma.</summary>
        public char DecimalMarker = '.';

        /// <summary>The columns; by default a label of field 0 and features of all the others.</summary>
        public Column[] Columns;

        /// <summary>White space at the end of a line is removed.</summary>
        public bool TrimWhitespace;

        /// <summary>The first line of a file holds names.</summary>
        public bool HasHeader;

        /// <summary>Whether ML.NET may parse on several threads; without effect here.</summary>
        public bool UseThreads = true;

        /// <summary>Quoted fields can hold line breaks.</summary>
        public bool ReadMultilines;

        /// <summary>A file whose first line holds names; the data's own header is then data.</summary>
        public string HeaderFile;

        /// <summary>The largest number of rows.</summary>
        public long? MaxRows;

        /// <summary>The character before a double quote that belongs to a quoted field.</summary>
        public char EscapeChar = '"';

        /// <summary>Empty fields of singles and doubles are NaN rather than 0.</summary>
        public bool MissingRealsAsNaNs;

        /// <summary>The defaults.</summary>
        public Options()
        {
        }
    }
}
