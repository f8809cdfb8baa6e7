// Saves a workbook again through a JavaScript library: node resave.js exceljs|sheetjs IN OUT [OUT…]; the format is OUT's extension.
'use strict'
const path = require('node:path')

async function main ([library, source, ...targets]) {
  if (library === 'exceljs') {
    const ExcelJS = require('exceljs')
    const book = new ExcelJS.Workbook()
    await book.xlsx.readFile(source)
    for (const target of targets) await book.xlsx.writeFile(target)
    return
  }
  const XLSX = require('xlsx')
  const book = XLSX.readFile(source, { cellNF: true, cellFormula: true })
  for (const target of targets) {
    XLSX.writeFile(book, target, { bookType: path.extname(target).slice(1), bookSST: true, compression: true })
  }
}

main(process.argv.slice(2)).catch(error => { console.error(error); process.exit(1) })
