using System.Security.Cryptography;
using System.Text;

namespace MixPrec.Compiler.Report;

/// <summary>
/// The page's only script: columns of tables are sorted by a click or by Enter, and a field above the table of layers leaves rows out. The
/// page's policy names its hash, so that nothing else runs, whatever a model's names hold. Without scripts the page shows the same.
/// </summary>
internal static class ReportScript
{
    public const string Text = """

        document.querySelectorAll('table.sortable').forEach(function (table) {
          var body = table.tBodies[0], heads = Array.from(table.tHead.rows[0].cells);
          function value(row, column) {
            var cell = row.cells[column], given = cell.getAttribute('data-sort');
            if (given === null) { return cell.textContent.trim().toLowerCase(); }
            var number = Number(given);
            return Number.isNaN(number) ? -Infinity : number;
          }
          heads.forEach(function (head, column) {
            if (!head.textContent.trim()) { return; }
            head.tabIndex = 0;
            head.setAttribute('role', 'button');
            function sort() {
              var order = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending', sign = order === 'ascending' ? 1 : -1;
              heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
              head.setAttribute('aria-sort', order);
              Array.from(body.rows).map(function (row, place) { return { row: row, place: place, value: value(row, column) }; })
                .sort(function (a, b) { return a.value > b.value ? sign : b.value > a.value ? -sign : a.place - b.place; })
                .forEach(function (entry) { body.appendChild(entry.row); });
            }
            head.addEventListener('click', sort);
            head.addEventListener('keydown', function (event) {
              if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); sort(); }
            });
          });
        });
        document.querySelectorAll('input.search').forEach(function (input) {
          input.hidden = false;
          var rows = Array.from(input.parentElement.querySelectorAll('tbody tr'));
          input.addEventListener('input', function () {
            var wanted = input.value.trim().toLowerCase();
            rows.forEach(function (row) { row.hidden = row.textContent.toLowerCase().indexOf(wanted) === -1; });
          });
        });

        """;

    /// <summary>As a policy names it.</summary>
    public static string Hash { get; } = "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
}
